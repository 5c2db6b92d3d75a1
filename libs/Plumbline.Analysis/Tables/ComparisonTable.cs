using MathNet.Numerics.Statistics;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>
/// An experiment's comparison: rows are numbers of Services, columns are data plane × position. Made of accepted trials
/// alone: a statistic is taken of each trial, then the median and the spread across trials.
/// </summary>
public sealed record ComparisonTable
{
    /// <summary>Probes that there are attempts of.</summary>
    public required IReadOnlyList<Measure> Probes { get; init; }

    /// <summary>Numbers of Services that were measured, ascending.</summary>
    public required IReadOnlyList<int> Rows { get; init; }

    public required IReadOnlyList<ComparisonColumn> Columns { get; init; }

    /// <summary>Every cell that has an attempt of a probe, with each of the probe's stages, also where all attempts are flagged.</summary>
    public required IReadOnlyList<ComparisonCell> Cells { get; init; }

    /// <summary>The arms without rules, one cell for each stage; where kube-proxy was switched, those around each mode.</summary>
    public required IReadOnlyList<BaselineArm> Baselines { get; init; }

    /// <summary>What there are arms without rules around; null is everything.</summary>
    public IEnumerable<DataPlane?> Surrounded => Baselines.Select(arm => arm.Around).Distinct();

    public static ComparisonTable Of(ExperimentResults results) => ComparisonBuilder.Build(results);

    /// <summary>Null when nothing was measured there.</summary>
    public ComparisonCell? Cell(int services, ComparisonColumn column, Stage stage) => Cells.FirstOrDefault(
        cell => cell.Services == services && cell.DataPlane == column.DataPlane && cell.Position == column.Position && cell.Stage == stage);

    /// <summary>Null when that arm was not reached.</summary>
    /// <param name="around">As <see cref="BaselineArm.Around"/>.</param>
    public ComparisonCell? Baseline(Arm arm, Stage stage, DataPlane? around = null) =>
        Baselines.FirstOrDefault(each => each.Arm == arm && each.Cell.Stage == stage && each.Around == around)?.Cell;

    /// <summary>
    /// How much the last arm's median differs from the first arm's, as a share of the first (0.05 is 5 % slower at the
    /// end). Null without both arms.
    /// </summary>
    /// <param name="around">As <see cref="BaselineArm.Around"/>.</param>
    public double? BaselineDrift(Stage stage, Statistic statistic = Statistic.P50, DataPlane? around = null) =>
        Baseline(Arm.First, stage, around)?.Of(statistic) is { MedianNs: > 0 } first && Baseline(Arm.Last, stage, around)?.Of(statistic) is { } last
            ? (last.MedianNs - first.MedianNs) / first.MedianNs
            : null;

    /// <summary>The stages that there are cells of, or baselines.</summary>
    public IEnumerable<Stage> Stages(Measure probe) =>
        Cells.Concat(Baselines.Select(arm => arm.Cell)).Select(cell => cell.Stage).Distinct().Where(stage => stage.Measure() == probe).Order();

    /// <summary>
    /// By how much a round trip is longer by the probing program's clock than by the kernel's: the median of the cells'
    /// differences of p50. Null when no cell has both.
    /// </summary>
    public double? UserSpaceAddsNs()
    {
        double[] differences =
        [
            .. from kernel in Cells
               where kernel.Stage == Stage.RoundTrip && kernel.P50 is not null
               let user = Cell(kernel.Services, new ComparisonColumn(kernel.DataPlane, kernel.Position), Stage.RoundTripUserSpace)
               where user?.P50 is not null
               select user!.P50!.MedianNs - kernel.P50!.MedianNs,
        ];
        return differences.Length == 0 ? null : differences.Median();
    }
}

/// <summary>A column of the comparison.</summary>
public sealed record ComparisonColumn(DataPlane DataPlane, Position Position);

/// <summary>Which of the two arms without rules.</summary>
public enum Arm
{
    /// <summary>Before all others.</summary>
    First,

    /// <summary>After all others.</summary>
    Last,
}

/// <summary>One stage of one arm without rules.</summary>
/// <param name="Step">The arm's step in the plan.</param>
/// <param name="Around">Whose steps it stands around, where kube-proxy was switched; null where those of all.</param>
public sealed record BaselineArm(Arm Arm, int Step, ComparisonCell Cell, DataPlane? Around = null)
{
    /// <summary>As <c>prerouting around nftables</c>; what it was where it is around everything.</summary>
    internal static string SubjectOf(string what, DataPlane? around) => around is { } plane ? $"{what} around {plane.WireName()}" : what;
}
