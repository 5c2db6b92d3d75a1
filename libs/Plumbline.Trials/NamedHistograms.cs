using Plumbline.Contracts;
using Plumbline.Histograms;

namespace Plumbline.Trials;

/// <summary>Latencies that were not counted in the kernel, brought into the form of those that were.</summary>
public static class NamedHistograms
{
    /// <param name="keepRaw">Whether each value is kept beside the buckets.</param>
    public static NamedHistogram Of(Stage stage, IReadOnlyList<long> valuesNs, bool keepRaw)
    {
        LatencyHistogram histogram = LatencyHistogram.FromValues(valuesNs);
        return new NamedHistogram
        {
            Name = stage.Name,
            LayoutVersion = BucketLayout.Version,
            Count = histogram.Count,
            SumNs = histogram.SumNs,
            MinNs = histogram.MinNs,
            MaxNs = histogram.MaxNs,
            Overflow = histogram.Overflow,
            Buckets = [.. histogram.Buckets.Select(bucket => new HistogramBucket(bucket.Key, bucket.Value))],
            RawNs = keepRaw ? valuesNs : null,
        };
    }
}
