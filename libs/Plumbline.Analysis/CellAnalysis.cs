using MathNet.Numerics.Statistics;
using Plumbline.Contracts;
using Plumbline.Statistics;

namespace Plumbline.Results;

/// <summary>What the trials of one cell say, and of two cells at the same number of Services.</summary>
internal static class CellAnalysis
{
    /// <summary>The half width that <see cref="Power"/> is for: ±5 % of the median.</summary>
    public const double WishedPrecision = 0.05;

    public static IEnumerable<CellEstimate> Cells(TrialFigures figures, int seed) =>
        from statistic in new[] { Statistic.P50, Statistic.P99 }
        from cell in figures.Cells(statistic)
        select new CellEstimate(cell.Services, cell.Column, cell.Stage, statistic, Bootstrap.Median(figures.Of(cell, statistic), seed));

    public static IEnumerable<DataPlaneDifference> Differences(TrialFigures figures, int seed)
    {
        AnalysisCell[] cells = [.. figures.RuleCells()];
        return
            from index in Enumerable.Range(0, cells.Length)
            let one = cells[index]
            from other in cells.Skip(index + 1)
            where other.Column.DataPlane != one.Column.DataPlane && other.Column.Position == one.Column.Position
                && other.Services == one.Services && other.Stage == one.Stage
            orderby one.Stage, one.Column.Position, one.Services
            select DifferenceOf(figures, one, other, seed);
    }

    public static IEnumerable<PositionEffect> PositionEffects(TrialFigures figures, int seed)
    {
        AnalysisCell[] cells = [.. figures.RuleCells()];
        return
            from last in cells
            where last.Column.Position == Position.Last
            let first = last with { Column = last.Column with { Position = Position.First } }
            where cells.Contains(first)
            select new PositionEffect(
                last.Services, last.Column.DataPlane, last.Stage, Bootstrap.DifferenceOfMedians(figures.Of(last), figures.Of(first), seed));
    }

    public static IEnumerable<PowerNote> Power(TrialFigures figures) =>
        from cell in figures.RuleCells()
        let trials = figures.Of(cell)
        select new PowerNote(
            cell.Services, cell.Column, cell.Stage, WishedPrecision, trials.Length, TrialsNeeded.ForMedian(trials, WishedPrecision));

    private static DataPlaneDifference DifferenceOf(TrialFigures figures, AnalysisCell one, AnalysisCell other, int seed)
    {
        (AnalysisCell slower, AnalysisCell faster) =
            figures.Of(other).Median() >= figures.Of(one).Median() ? (other, one) : (one, other);
        Estimate difference = Bootstrap.DifferenceOfMedians(figures.Of(slower), figures.Of(faster), seed);
        return new DataPlaneDifference(
            one.Services,
            one.Column.Position,
            one.Stage,
            slower.Column.DataPlane,
            faster.Column.DataPlane,
            difference,
            Bootstrap.RatioOfMedians(figures.Of(slower), figures.Of(faster), seed),
            difference.Interval is { } interval && !interval.Contains(0));
    }
}
