using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>What was measured of one stage in one cell (Services × data plane × position), or in one baseline arm.</summary>
public sealed record ComparisonCell
{
    public required int Services { get; init; }

    public required DataPlane DataPlane { get; init; }

    public required Position Position { get; init; }

    public required Stage Stage { get; init; }

    /// <summary>The stage's probe. Trials, attempts and samples below are this probe's alone.</summary>
    public Measure Probe => Stage.Measure();

    /// <summary>Accepted trials; all figures are of these alone.</summary>
    public required int Trials { get; init; }

    /// <summary>Latencies measured in the accepted trials together.</summary>
    public required long Samples { get; init; }

    public required int FlaggedAttempts { get; init; }

    /// <summary>Trials that were still flagged at their last attempt.</summary>
    public required int GivenUpTrials { get; init; }

    public required AcrossTrials? Mean { get; init; }

    public required AcrossTrials? P50 { get; init; }

    public required AcrossTrials? P90 { get; init; }

    public required AcrossTrials? P95 { get; init; }

    public required AcrossTrials? P99 { get; init; }

    public required AcrossTrials? P999 { get; init; }

    /// <summary>Null where no accepted trial has enough samples for it.</summary>
    public AcrossTrials? Of(Statistic statistic) => statistic switch
    {
        Statistic.Mean => Mean,
        Statistic.P50 => P50,
        Statistic.P90 => P90,
        Statistic.P95 => P95,
        Statistic.P99 => P99,
        Statistic.P999 => P999,
        _ => throw new ArgumentOutOfRangeException(nameof(statistic), statistic, null),
    };
}
