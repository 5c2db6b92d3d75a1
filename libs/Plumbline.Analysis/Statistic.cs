namespace Plumbline.Results;

/// <summary>What is taken of each trial's latencies before it is compared across trials.</summary>
public enum Statistic
{
    Mean,
    P50,
    P90,
    P95,
    P99,
    P999,
}

public static class StatisticOfLatency
{
    /// <summary>The statistic in nanoseconds; null where the sample is too small for it.</summary>
    public static double? Nanoseconds(this StageLatency latency, Statistic statistic) => statistic switch
    {
        Statistic.Mean => latency.MeanNs,
        Statistic.P50 => latency.P50Ns,
        Statistic.P90 => latency.P90Ns,
        Statistic.P95 => latency.P95Ns,
        Statistic.P99 => latency.P99Ns,
        Statistic.P999 => latency.P999Ns,
        _ => throw new ArgumentOutOfRangeException(nameof(statistic), statistic, null),
    };
}
