using MathNet.Numerics.Statistics;

namespace Plumbline.Analysis.Tables;

/// <summary>
/// An experiment's comparison: rows are numbers of Services, columns are all other coordinates. Only accepted trials
/// count: a statistic is taken of each trial, then the median of each build's trials, then the mean over builds.
/// </summary>
public sealed record ComparisonTable
{
    /// <summary>Measures that have attempts.</summary>
    public required IReadOnlyList<Measure> Measures { get; init; }

    /// <summary>Numbers of Services that were measured, ascending.</summary>
    public required IReadOnlyList<int> Rows { get; init; }

    /// <summary>Cells without Services and node.</summary>
    public required IReadOnlyList<Cell> Columns { get; init; }

    /// <summary>
    /// Every cell that has an attempt, with each stage of the attempt's measure, also where all attempts are flagged.
    /// By Services, column, measure and stage.
    /// </summary>
    public required IReadOnlyList<ComparisonCell> Cells { get; init; }

    /// <summary>The arms of each baseline, with an entry for each stage.</summary>
    public required IReadOnlyList<BaselineArm> Baselines { get; init; }

    /// <summary>What the baselines are around, as <see cref="BaselineArm.Around"/>.</summary>
    public IEnumerable<Cell?> Surrounded => Baselines.Select(arm => arm.Around).Distinct();

    /// <exception cref="InvalidOperationException">The results are those of several nodes.</exception>
    public static ComparisonTable Of(ExperimentResults results) => ComparisonBuilder.Build(results);

    /// <summary>Null when nothing was measured there.</summary>
    public ComparisonCell? Cell(int services, Cell column, Stage stage) => Cell(column.With(services), stage);

    /// <summary>Null when that arm was not reached.</summary>
    /// <param name="around">As <see cref="BaselineArm.Around"/>.</param>
    public ComparisonCell? Baseline(Arm arm, Stage stage, Cell? around = null) =>
        Baselines.FirstOrDefault(each => each.Arm == arm && each.Cell.Stage == stage && each.Around == around)?.Cell;

    /// <summary>
    /// How much the last arm's figure differs from the first arm's, as a share of the first: 0.05 is 5 % slower at the
    /// end. Null without both arms.
    /// </summary>
    /// <param name="around">As <see cref="BaselineArm.Around"/>.</param>
    public double? BaselineDrift(Stage stage, Statistic statistic = Statistic.P50, Cell? around = null) =>
        Baseline(Arm.First, stage, around)?.Of(statistic) is { Ns: > 0 } first
            && Baseline(Arm.Last, stage, around)?.Of(statistic) is { } last
            ? (last.Ns - first.Ns) / first.Ns
            : null;

    /// <summary>The measure's stages that have cells or baselines.</summary>
    public IEnumerable<Stage> Stages(Measure measure) =>
        Cells.Concat(Baselines.Select(arm => arm.Cell))
            .Select(cell => cell.Stage)
            .Distinct()
            .Where(stage => stage.Measure == measure)
            .Order();

    /// <summary>
    /// How much longer a round trip is by the sending program's clock than by the kernel's: the median of the cells'
    /// differences of p50. Null when no cell has both.
    /// </summary>
    public double? UserSpaceAddsNs()
    {
        double[] differences =
        [
            .. from kernel in Cells
               where kernel.Stage == Stage.RoundTrip && kernel.P50 is not null
               let user = Cell(kernel.Cell, Stage.RoundTripUserSpace)
               where user?.P50 is not null
               select user!.P50!.Ns - kernel.P50!.Ns,
        ];
        return differences.Length == 0 ? null : differences.Median();
    }

    private ComparisonCell? Cell(Cell cell, Stage stage) =>
        Cells.FirstOrDefault(each => each.Stage == stage && each.Cell == cell);
}

/// <summary>Which of a baseline's two arms.</summary>
public enum Arm
{
    /// <summary>Before its block.</summary>
    First,

    /// <summary>After its block.</summary>
    Last,
}

/// <summary>One stage of one arm of a baseline.</summary>
/// <param name="Step">The arm's step in the plan.</param>
/// <param name="Around">What distinguishes the arm's block, as its data plane; null where there is one block.</param>
public sealed record BaselineArm(Arm Arm, int Step, ComparisonCell Cell, Cell? Around = null);
