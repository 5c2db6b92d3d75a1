using Plumbline.Contracts;
using Plumbline.Histograms;

namespace Plumbline.Trials;

public static class NamedHistograms
{
    private const double Median = 50;

    /// <summary>Counts latencies that a program measured, in the form of those that the kernel counts.</summary>
    /// <param name="keepRaw">Whether to keep each value beside the buckets.</param>
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

    /// <summary>Null when the histogram has too few latencies for a median.</summary>
    public static double? MedianNs(this NamedHistogram histogram) => histogram.ToLatencies().PercentileNs(Median);

    public static LatencyHistogram ToLatencies(this NamedHistogram histogram) => LatencyHistogram.FromBuckets(
        histogram.Buckets.Select(bucket => KeyValuePair.Create(bucket.Index, bucket.Count)),
        histogram.Count,
        histogram.SumNs,
        histogram.MinNs,
        histogram.MaxNs,
        histogram.Overflow);
}
