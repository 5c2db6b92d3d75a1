using System.Runtime.CompilerServices;
using Plumbline.Contracts;
using Plumbline.Statistics;

namespace Plumbline.Results;

/// <summary>
/// What an experiment's figures mean, with how sure each is: intervals over trials (not packets), how latency grows with the
/// number of Services, which data plane is slower where and by how much. Pure: the same results and seed give the same
/// analysis. Of accepted trials alone.
/// </summary>
public sealed record ExperimentAnalysis
{
    /// <summary>Every cell that has accepted trials, for each stage and for p50 and p99.</summary>
    public required IReadOnlyList<CellEstimate> Cells { get; init; }

    /// <summary>How the p50 of <c>prerouting</c> and of <c>round-trip</c> grows with Services, for each data plane and position
    /// that was measured at two numbers of Services or more.</summary>
    public required IReadOnlyList<Growth> Growths { get; init; }

    /// <summary>Every two data planes at the same Services and position, p50 of <c>prerouting</c> and of <c>round-trip</c>.</summary>
    public required IReadOnlyList<DataPlaneDifference> Differences { get; init; }

    /// <summary>What the place of a Service's rule costs: last against first, for each data plane and number of Services.</summary>
    public required IReadOnlyList<PositionEffect> PositionEffects { get; init; }

    /// <summary>From how many Services on two data planes differ by more than the budget. None of two of which one is <c>NotLinear</c>.</summary>
    public required IReadOnlyList<BreakEven> BreakEvens { get; init; }

    /// <summary>The baseline's last arm against its first, p50 of the stages that are its probes' headlines.</summary>
    public required IReadOnlyList<Drift> Drifts { get; init; }

    /// <summary>How the time to program the rules grows with Services.</summary>
    public required IReadOnlyList<ProgrammingGrowth> Programming { get; init; }

    /// <summary>How many trials a wished-for precision needs, for each cell's p50 of <c>prerouting</c> and of <c>round-trip</c>.</summary>
    public required IReadOnlyList<PowerNote> Power { get; init; }

    /// <summary>The budget that <see cref="BreakEvens"/> are for.</summary>
    public const double BudgetNs = 10_000;

    /// <param name="budgetNs">Latency that may be spent on one data plane more than on another.</param>
    public static ExperimentAnalysis Of(ExperimentResults results, double budgetNs = BudgetNs) => budgetNs == BudgetNs
        ? s_known.GetValue(results, of => AnalysisBuilder.Build(of, BudgetNs))
        : AnalysisBuilder.Build(results, budgetNs);

    /// <summary>Thousands of resamples for every cell: made once for the same results, which several reports are written of.</summary>
    private static readonly ConditionalWeakTable<ExperimentResults, ExperimentAnalysis> s_known = [];
}

/// <summary>Median across trials of a statistic of a stage, in ns.</summary>
public sealed record CellEstimate(int Services, ComparisonColumn Column, Stage Stage, Statistic Statistic, Estimate Ns);

/// <summary>What a model of latency against Services says.</summary>
public enum GrowthVerdict
{
    /// <summary>The number of Services does not matter, within what these trials can tell.</summary>
    Constant,

    /// <summary>Each Service more costs the same.</summary>
    Linear,

    /// <summary>It grows, but a straight line does not describe it.</summary>
    NotLinear,

    /// <summary>Too few numbers of Services, too few trials, or too much noise to say.</summary>
    Unclear,
}

/// <summary>How a latency grows with the number of Services.</summary>
public sealed record Growth
{
    public required ComparisonColumn Column { get; init; }

    public required Stage Stage { get; init; }

    public required GrowthVerdict Verdict { get; init; }

    /// <summary>Of the straight line, in ns for each Service more.</summary>
    public required Estimate SlopeNsPerService { get; init; }

    /// <summary>Of the straight line, in ns.</summary>
    public required double InterceptNs { get; init; }

    /// <summary>How much better the straight line describes the trials than a constant: difference of AICc, positive for the line.</summary>
    public required double LinearOverConstant { get; init; }

    /// <summary>Fewest and most Services that it was measured at; nothing is said beyond.</summary>
    public required int FewestServices { get; init; }

    public required int MostServices { get; init; }

    /// <summary>The verdict with its evidence, as <c>iptables-nft last: linear, 15.4 ns per Service [15.1, 15.8]</c>.</summary>
    public required string Words { get; init; }
}

/// <summary>How two data planes differ in one cell.</summary>
/// <param name="DifferenceNs">Slower minus faster, in ns.</param>
/// <param name="Ratio">Slower divided by faster.</param>
/// <param name="IsReal">Whether the difference's interval excludes 0.</param>
public sealed record DataPlaneDifference(
    int Services, Position Position, Stage Stage, DataPlane Slower, DataPlane Faster, Estimate DifferenceNs, Estimate Ratio, bool IsReal);

/// <param name="LastOverFirstNs">Last minus first, in ns.</param>
public sealed record PositionEffect(int Services, DataPlane DataPlane, Stage Stage, Estimate LastOverFirstNs);

/// <param name="Services">
/// From the growths' straight lines; null where the difference stays within the budget up to the most Services measured. Never
/// beyond these, but it may be below the fewest: 0 where the difference is over the budget from the beginning.
/// </param>
/// <param name="Interval">Null without <paramref name="Services"/>, or where the trials leave open whether there is such a number. It may end beyond the most Services measured.</param>
/// <param name="IsExtrapolated">Whether it is below the fewest Services measured.</param>
public sealed record BreakEven(
    Position Position, Stage Stage, DataPlane Slower, DataPlane Faster, double BudgetNs, double? Services, Interval? Interval, bool IsExtrapolated);

/// <param name="LastOverFirst">Last arm divided by first arm.</param>
/// <param name="IsReal">Whether its interval excludes 1.</param>
/// <param name="DataPlane">Around whose steps the arms stand, where kube-proxy was switched between; null: around all.</param>
public sealed record Drift(Stage Stage, Estimate LastOverFirst, bool IsReal, DataPlane? DataPlane = null)
{
    /// <summary>The stage, and what it is around.</summary>
    internal string Subject => BaselineArm.SubjectOf(Stage.WireName(), DataPlane);
}

/// <param name="Exponent">Of time = a · Services^b by least squares on logarithms: 1 is linear, 2 quadratic; null with fewer than three numbers of Services.</param>
/// <param name="SecondsAtMost">Measured at the most Services.</param>
public sealed record ProgrammingGrowth(DataPlane DataPlane, double? Exponent, int MostServices, double SecondsAtMost);

/// <param name="Relative">The wished-for half width of the interval, as a share of the median: 0.05 is ±5 %.</param>
/// <param name="TrialsNeeded">By the spread of the trials there are; null with too few of them.</param>
public sealed record PowerNote(int Services, ComparisonColumn Column, Stage Stage, double Relative, int TrialsHad, int? TrialsNeeded);
