using Plumbline.Histograms;

namespace Plumbline.Results.Storage;

/// <summary>
/// What of a latency is computed of its histogram. The mean is null without samples, a percentile where fewer than ten samples
/// lie above it.
/// </summary>
internal sealed record LatencyFigures(double? MeanNs, double? P50Ns, double? P90Ns, double? P95Ns, double? P99Ns, double? P999Ns)
{
    public static LatencyFigures Of(LatencyHistogram histogram) => new(
        histogram.Count == 0 ? null : histogram.MeanNs,
        histogram.PercentileNs(50),
        histogram.PercentileNs(90),
        histogram.PercentileNs(95),
        histogram.PercentileNs(99),
        histogram.PercentileNs(99.9));

    /// <summary>As they are stored.</summary>
    public static LatencyFigures Of(LatencyRow row) => new(row.MeanNs, row.P50Ns, row.P90Ns, row.P95Ns, row.P99Ns, row.P999Ns);
}
