using System.Runtime.CompilerServices;
using Plumbline.Analysis.Growths;

namespace Plumbline.Analysis;

/// <summary>
/// What an experiment's figures mean, each with its uncertainty: intervals over builds (not trials or packets), how
/// latency grows with the number of Services, which data plane is slower where, and by how much. Only accepted trials
/// count. Pure: the same results give the same analysis.
/// </summary>
public sealed record ExperimentAnalysis
{
    /// <summary>The budget that <see cref="BreakEvens"/> are for.</summary>
    public const double BudgetNs = 10_000;

    /// <summary>Several reports of the same results share an analysis.</summary>
    private static readonly ConditionalWeakTable<ExperimentResults, ExperimentAnalysis> s_known = [];

    /// <summary>Every cell with accepted trials, for each stage and each of <see cref="Headlines.Drawn"/>.</summary>
    public required IReadOnlyList<CellEstimate> Cells { get; init; }

    /// <summary>
    /// How the p50 of each of <see cref="Headlines.RuleStages"/> grows with Services, for each column that was measured
    /// at two numbers of Services or more.
    /// </summary>
    public required IReadOnlyList<Growth> Growths { get; init; }

    /// <summary>Every two data planes in otherwise equal cells: p50 of the rule stages.</summary>
    public required IReadOnlyList<DataPlaneDifference> Differences { get; init; }

    /// <summary>What the position of a Service's rule costs: the last against the first.</summary>
    public required IReadOnlyList<PositionEffect> PositionEffects { get; init; }

    /// <summary>From how many Services on two data planes differ by more than the budget.</summary>
    public required IReadOnlyList<BreakEven> BreakEvens { get; init; }

    /// <summary>The last arm of each baseline against its first: p50 of the measures' headline stages.</summary>
    public required IReadOnlyList<Drift> Drifts { get; init; }

    /// <summary>How the time to program the rules grows with Services.</summary>
    public required IReadOnlyList<ProgrammingGrowth> Programming { get; init; }

    /// <summary>
    /// How much builds differ, and how many a wished-for precision needs, for each cell's p50 of the rule stages.
    /// </summary>
    public required IReadOnlyList<PowerNote> Power { get; init; }

    /// <param name="budgetNs">How much more latency one data plane may cost than another.</param>
    /// <exception cref="InvalidOperationException">The results are those of several nodes.</exception>
    public static ExperimentAnalysis Of(ExperimentResults results, double budgetNs = BudgetNs) => budgetNs == BudgetNs
        ? s_known.GetValue(results, of => AnalysisBuilder.Build(of, BudgetNs))
        : AnalysisBuilder.Build(results, budgetNs);
}

/// <param name="Ns">Mean over builds of the stage's statistic.</param>
public sealed record CellEstimate(Cell Cell, Stage Stage, Statistic Statistic, Estimate Ns);

/// <summary>How two data planes differ in one cell.</summary>
/// <param name="Cell">What both have in common: the cell without its data plane.</param>
/// <param name="DifferenceNs">Slower minus faster.</param>
/// <param name="Ratio">Slower divided by faster.</param>
/// <param name="IsReal">Whether the difference's interval excludes 0.</param>
public sealed record DataPlaneDifference(
    Cell Cell, Stage Stage, DataPlane Slower, DataPlane Faster, Estimate DifferenceNs, Estimate Ratio, bool IsReal);

/// <param name="Cell">Without a position.</param>
/// <param name="LastOverFirstNs">Last minus first.</param>
public sealed record PositionEffect(Cell Cell, Stage Stage, Estimate LastOverFirstNs);

/// <param name="Cell">What both data planes have in common, without Services.</param>
/// <param name="Services">
/// From where on the curves are at least the budget apart, straight between the numbers of Services measured. Null
/// where they are closer at the most Services. Without an interval where a build leaves open whether there is such a
/// number. The interval may end beyond the most Services measured.
/// </param>
/// <param name="IsFromFewest">Whether they are that far apart at every number of Services measured.</param>
public sealed record BreakEven(
    Cell Cell,
    Stage Stage,
    DataPlane Slower,
    DataPlane Faster,
    double BudgetNs,
    Estimate? Services,
    bool IsFromFewest);

/// <param name="LastOverFirst">Last arm divided by first arm.</param>
/// <param name="IsReal">Whether its interval excludes 1.</param>
/// <param name="Around">What distinguishes the arms' block, as its data plane; null where there is one block.</param>
public sealed record Drift(Stage Stage, Estimate LastOverFirst, bool IsReal, Cell? Around = null);

/// <param name="Cell">The data plane, and whatever else distinguishes rules beside their number.</param>
/// <param name="Exponent">
/// b of time = a · Services^b, by least squares on logarithms: 1 is linear, 2 quadratic. Null with fewer than three
/// numbers of Services.
/// </param>
/// <param name="Times">By Services.</param>
public sealed record ProgrammingGrowth(Cell Cell, Estimate? Exponent, IReadOnlyList<ProgrammingTime> Times);

/// <param name="Seconds">Mean over builds.</param>
public sealed record ProgrammingTime(int Services, Estimate Seconds);

/// <param name="Relative">The wished-for half width of the interval, as a share of the figure: 0.05 is ±5 %.</param>
/// <param name="Builds">Builds with accepted trials.</param>
/// <param name="Trials">Accepted trials of all builds together.</param>
/// <param name="Spread">Between and within builds; null with too few builds.</param>
/// <param name="BuildsNeeded">By that spread, with as many trials in each; null without it.</param>
public sealed record PowerNote(
    Cell Cell,
    Stage Stage,
    double Relative,
    int Builds,
    int Trials,
    VarianceComponents? Spread,
    int? BuildsNeeded);
