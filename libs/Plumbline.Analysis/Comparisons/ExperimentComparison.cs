using Plumbline.Contracts;
using Plumbline.Statistics;

namespace Plumbline.Results;

/// <summary>
/// Two experiments side by side: what differs in their conditions, and how each cell that both measured differs. Of accepted
/// trials alone; intervals are over trials. Pure: the same results give the same comparison.
/// </summary>
public sealed record ExperimentComparison
{
    /// <summary>The stages that are compared unless others are asked for: each probe's headline.</summary>
    public static readonly IReadOnlyList<Stage> HeadlineStages = [Stage.Prerouting, Stage.RoundTrip, Stage.GrpcTotal];

    /// <summary>What is compared of each trial: what a threshold can be set for.</summary>
    public static readonly IReadOnlyList<Statistic> Statistics = [Statistic.Mean, Statistic.P50, Statistic.P90, Statistic.P99];

    /// <summary>What the others are compared with.</summary>
    public required ExperimentSummary A { get; init; }

    public required ExperimentSummary B { get; init; }

    /// <summary>The cluster's node that A's figures are of; null for a lab's.</summary>
    public required string? NodeOfA { get; init; }

    public required string? NodeOfB { get; init; }

    /// <summary>Conditions that are not the same; empty when all are.</summary>
    public required IReadOnlyList<ConditionDifference> Conditions { get; init; }

    /// <summary>Cells that both have, with figures in both, by stage, Services, data plane and position.</summary>
    public required IReadOnlyList<CellComparison> Cells { get; init; }

    /// <summary>Cells that have figures in A alone.</summary>
    public required IReadOnlyList<ComparedCell> OnlyInA { get; init; }

    public required IReadOnlyList<ComparedCell> OnlyInB { get; init; }

    /// <param name="stages">The stages to compare; null for <see cref="HeadlineStages"/>.</param>
    public static ExperimentComparison Of(ExperimentResults a, ExperimentResults b, IReadOnlyCollection<Stage>? stages = null) =>
        ComparisonOfExperiments.Build(a, b, stages ?? HeadlineStages);
}

/// <summary>A condition that is not the same in both.</summary>
public sealed record ConditionDifference(string Name, string A, string B);

/// <summary>One stage of one cell.</summary>
public sealed record ComparedCell(Stage Stage, int Services, ComparisonColumn Column)
{
    /// <summary>As <c>prerouting, iptables-nft last at 10,000</c>.</summary>
    public override string ToString() => $"{Stage.WireName()}, {Place}";

    /// <summary>As <c>iptables-nft last at 10,000</c>.</summary>
    public string Place => $"{Figures.Column(Column)} at {Figures.Integer(Services)}";
}

/// <summary>How a cell differs.</summary>
/// <param name="Statistics">Those that both have.</param>
public sealed record CellComparison(ComparedCell Cell, IReadOnlyList<StatisticComparison> Statistics)
{
    /// <summary>Null where one of the two has too few samples for it.</summary>
    public StatisticComparison? Of(Statistic statistic) => Statistics.FirstOrDefault(each => each.Statistic == statistic);
}

/// <summary>How one statistic of a cell differs.</summary>
/// <param name="ANs">Median across A's trials, in ns.</param>
/// <param name="DifferenceNs">B minus A.</param>
/// <param name="Ratio">B divided by A.</param>
public sealed record StatisticComparison(Statistic Statistic, double ANs, double BNs, Estimate DifferenceNs, Estimate Ratio)
{
    /// <summary>Whether the ratio's interval excludes 1, so that the spread of the trials does not explain the difference.</summary>
    public bool IsReal => Ratio.Interval is { } interval && !interval.Contains(1);
}
