using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using MathNet.Numerics.Statistics;

namespace Plumbline.Analysis.CrossChecks;

/// <summary>
/// Compares the two ways of measuring. The reply of a round trip belongs to an established flow and skips the nat
/// chains, so a round trip meets the Service rules once, as a one-way packet does. Two cells must therefore differ by
/// as much in their round trips as one-way (stage <c>total</c>).
/// </summary>
public sealed record CrossCheck
{
    /// <summary>
    /// Pairs that differ by no more than this one-way are not judged: their ratio is noise over noise.
    /// </summary>
    public const double JudgedDeltaNs = 5_000;

    public const double LeastRatio = 0.8;

    public const double MostRatio = 1.25;

    private static readonly ConditionalWeakTable<ExperimentResults, CrossCheck> s_known = [];

    /// <summary>
    /// Every two cells of one data plane, and every two cells that differ only in their data plane, where both have
    /// both measures. Baselines are left out, because they lack more than the nat chains.
    /// </summary>
    public required IReadOnlyList<CrossCheckPair> Pairs { get; init; }

    /// <summary>How many pairs differ enough to be judged.</summary>
    public int JudgedPairs => Pairs.Count(pair => pair.Judged);

    /// <summary>How many of those are outside the bounds.</summary>
    public int FlaggedPairs => Pairs.Count(pair => pair.Flagged);

    /// <summary>How many of those the spread of their builds does not explain.</summary>
    public int FlaggedPairsThatExcludeOne => Pairs.Count(pair => pair is { Flagged: true, ExcludesOne: true });

    /// <summary>Of the judged pairs; null without any, like the two below.</summary>
    public double? MedianRatio => JudgedRatios is { Length: > 0 } ratios ? ratios.Median() : null;

    public double? SmallestRatio => JudgedRatios is { Length: > 0 } ratios ? ratios.Min() : null;

    public double? LargestRatio => JudgedRatios is { Length: > 0 } ratios ? ratios.Max() : null;

    private double[] JudgedRatios => [.. Pairs.Where(pair => pair.Judged).Select(pair => pair.Ratio!.Value)];

    /// <summary>Several reports of the same results share one check.</summary>
    /// <exception cref="InvalidOperationException">The results are those of several nodes.</exception>
    public static CrossCheck Of(ExperimentResults results) => s_known.GetValue(results, CrossCheckBuilder.Build);
}

/// <summary>Two cells that have both measures.</summary>
public sealed record CrossCheckPair
{
    /// <summary>The cell whose packets are faster one-way.</summary>
    public required Cell From { get; init; }

    public required Cell To { get; init; }

    /// <summary>Difference of the p50 of <c>total</c>, mean over builds; not negative.</summary>
    public required double OneWayDeltaNs { get; init; }

    /// <summary>The same difference of <c>round-trip</c>.</summary>
    public required double RoundTripDeltaNs { get; init; }

    /// <summary>
    /// Round-trip difference divided by one-way difference within each build, and over builds. Null where the cells do
    /// not differ one-way in every build.
    /// </summary>
    [JsonIgnore]
    public Estimate? RatioOfBuilds { get; init; }

    /// <summary>
    /// Over builds where every build has one, else of the mean differences. Null where the one-way difference is 0.
    /// </summary>
    public double? Ratio => RatioOfBuilds?.Value ?? (OneWayDeltaNs == 0 ? null : RoundTripDeltaNs / OneWayDeltaNs);

    /// <summary>The ratio's; null with too few builds, or where a build has no ratio.</summary>
    public Interval? Interval => RatioOfBuilds?.Interval;

    /// <summary>Whether the cells differ enough for the ratio to be judged.</summary>
    public bool Judged => OneWayDeltaNs > CrossCheck.JudgedDeltaNs;

    /// <summary>Whether it is judged and outside the bounds.</summary>
    public bool Flagged => Judged && Ratio is < CrossCheck.LeastRatio or > CrossCheck.MostRatio;

    /// <summary>
    /// Whether 1 is outside the interval, so that the spread of the builds does not explain the ratio.
    /// </summary>
    public bool ExcludesOne => Interval is { } interval && !interval.Contains(1);
}
