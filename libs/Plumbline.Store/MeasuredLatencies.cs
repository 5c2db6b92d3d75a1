using Plumbline.Histograms;

namespace Plumbline.Store;

public static class MeasuredLatencies
{
    /// <exception cref="ArgumentException">The buckets do not add up.</exception>
    public static LatencyHistogram ToLatencies(this MeasuredLatency latency) => LatencyHistogram.FromBuckets(
        latency.Buckets.Select(bucket => KeyValuePair.Create(bucket.Index, bucket.Count)),
        latency.Count,
        latency.SumNs,
        latency.MinNs ?? 0,
        latency.MaxNs ?? 0,
        latency.Overflow);
}
