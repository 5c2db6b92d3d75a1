using System.Runtime.CompilerServices;
using MathNet.Numerics.Statistics;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>
/// Holds the two ways of measuring against each other. The reply of a round trip belongs to an established flow and skips
/// the nat chains, so a round trip meets the Service rules once, as a packet one-way does: what two cells differ by one-way
/// (stage <c>total</c>) they must differ by in their round trips.
/// </summary>
public sealed record CrossCheck
{
    private static readonly ConditionalWeakTable<ExperimentResults, CrossCheck> s_known = [];

    /// <summary>Pairs that differ by no more than this one-way are not judged: their ratio is noise over noise.</summary>
    public const double TellingDeltaNs = 5_000;

    public const double LeastRatio = 0.8;

    public const double MostRatio = 1.25;

    /// <summary>
    /// Every two cells of one data plane, and every two of the same Services and position on different data planes, where
    /// both cells have both probes. Without the arms without rules: these lack more than the nat chains.
    /// </summary>
    public required IReadOnlyList<CrossCheckPair> Pairs { get; init; }

    /// <summary>How many pairs differ enough to be judged.</summary>
    public int TellingPairs => Pairs.Count(pair => pair.Telling);

    /// <summary>How many of those are outside the bounds.</summary>
    public int FlaggedPairs => Pairs.Count(pair => pair.Flagged);

    /// <summary>How many of those are so by more than their trials' own spread.</summary>
    public int FlaggedPairsThatExcludeOne => Pairs.Count(pair => pair is { Flagged: true, ExcludesOne: true });

    /// <summary>Of the telling pairs; null when there is none. So are the two below.</summary>
    public double? MedianRatio => TellingRatios is { Length: > 0 } ratios ? ratios.Median() : null;

    public double? SmallestRatio => TellingRatios is { Length: > 0 } ratios ? ratios.Min() : null;

    public double? LargestRatio => TellingRatios is { Length: > 0 } ratios ? ratios.Max() : null;

    private double[] TellingRatios => [.. Pairs.Where(pair => pair.Telling).Select(pair => pair.Ratio!.Value)];

    /// <summary>Made once for the same results, which several reports are written of.</summary>
    public static CrossCheck Of(ExperimentResults results) => s_known.GetValue(results, CrossCheckBuilder.Build);
}

/// <summary>Two cells that both probes measured.</summary>
public sealed record CrossCheckPair
{
    /// <summary>The cell whose packets are faster one-way.</summary>
    public required CrossCheckCell From { get; init; }

    public required CrossCheckCell To { get; init; }

    /// <summary>Difference of the medians across trials of the p50 of <c>total</c>; not negative.</summary>
    public required double OneWayDeltaNs { get; init; }

    /// <summary>The same difference, of <c>round-trip</c>.</summary>
    public required double RoundTripDeltaNs { get; init; }

    /// <summary>Null where the one-way difference is 0.</summary>
    public double? Ratio => OneWayDeltaNs == 0 ? null : RoundTripDeltaNs / OneWayDeltaNs;

    /// <summary>Null where a cell has fewer than two trials of a probe, or where the one-way difference may be 0.</summary>
    public required RatioInterval? Interval { get; init; }

    /// <summary>Whether the cells differ enough for the ratio to be judged.</summary>
    public bool Telling => OneWayDeltaNs > CrossCheck.TellingDeltaNs;

    /// <summary>Whether it is judged and outside the bounds.</summary>
    public bool Flagged => Telling && Ratio is < CrossCheck.LeastRatio or > CrossCheck.MostRatio;

    /// <summary>Whether 1 is outside the interval, so that the spread of the trials does not explain the ratio.</summary>
    public bool ExcludesOne => Interval is { Low: > 1 } or { High: < 1 };
}

public sealed record CrossCheckCell(DataPlane DataPlane, int Services, Position Position);

/// <summary>A 95 % interval of a ratio, by percentile bootstrap over trials.</summary>
public sealed record RatioInterval(double Low, double High);
