using System.Globalization;

namespace Plumbline.Analysis;

/// <summary>What is taken of each trial's latencies before trials are compared.</summary>
public enum Statistic
{
    Mean,
    P50,
    P90,
    P95,
    P99,
    P999,
}

public static class StatisticValues
{
    /// <summary>The statistic in nanoseconds; null where the sample is too small for it.</summary>
    public static double? Nanoseconds(this MeasuredLatency latency, Statistic statistic) => statistic switch
    {
        Statistic.Mean => latency.MeanNs,
        Statistic.P50 => latency.P50Ns,
        Statistic.P90 => latency.P90Ns,
        Statistic.P95 => latency.P95Ns,
        Statistic.P99 => latency.P99Ns,
        Statistic.P999 => latency.P999Ns,
        _ => throw new ArgumentOutOfRangeException(nameof(statistic), statistic, null),
    };

    /// <summary>The share of samples below a percentile, as 0.99. Null for the mean.</summary>
    public static double? Share(this Statistic statistic) => statistic switch
    {
        Statistic.P50 => 0.5,
        Statistic.P90 => 0.9,
        Statistic.P95 => 0.95,
        Statistic.P99 => 0.99,
        Statistic.P999 => 0.999,
        _ => null,
    };

    /// <summary>As <c>p99</c>.</summary>
    public static string Name(this Statistic statistic) => statistic.ToString().ToLowerInvariant();

    /// <summary>The share of samples below a percentile, as <c>0.99</c>.</summary>
    public static string Quantile(this Statistic percentile) =>
        percentile.Share()!.Value.ToString(CultureInfo.InvariantCulture);
}
