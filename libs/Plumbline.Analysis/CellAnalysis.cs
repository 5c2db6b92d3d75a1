using MathNet.Numerics.Statistics;

namespace Plumbline.Analysis;

/// <summary>What the trials of one cell say, and those of two cells at the same number of Services.</summary>
internal static class CellAnalysis
{
    /// <summary>The half width that <see cref="Power"/> is for: ±5 % of the median.</summary>
    public const double WishedPrecision = 0.05;

    public static IEnumerable<CellEstimate> Cells(TrialFigures figures, int seed) =>
        from statistic in Headlines.Drawn
        from each in figures.Cells(statistic)
        let ns = Bootstrap.Median(figures.Of(each.Cell, each.Stage, statistic), seed)
        select new CellEstimate(each.Cell, each.Stage, statistic, ns);

    public static IEnumerable<DataPlaneDifference> Differences(TrialFigures figures, int seed)
    {
        (Cell Cell, Stage Stage)[] cells = [.. figures.RuleCells()];
        return
            from index in Enumerable.Range(0, cells.Length)
            let one = cells[index]
            let common = one.Cell.Without(Axes.DataPlane)
            from other in cells.Skip(index + 1)
            where other.Stage == one.Stage && other.Cell.DataPlane != one.Cell.DataPlane
                && other.Cell.Without(Axes.DataPlane) == common
            orderby one.Stage, common
            select DifferenceOf(figures, one.Stage, one.Cell, other.Cell, seed);
    }

    public static IEnumerable<PositionEffect> PositionEffects(TrialFigures figures, int seed)
    {
        (Cell Cell, Stage Stage)[] cells = [.. figures.RuleCells()];
        return
            from last in cells
            where last.Cell.Position == Position.Last
            let first = (Cell: last.Cell.With(Position.First), last.Stage)
            where cells.Contains(first)
            select new PositionEffect(
                last.Cell.Without(Axes.Position),
                last.Stage,
                Bootstrap.DifferenceOfMedians(
                    figures.Of(last.Cell, last.Stage), figures.Of(first.Cell, first.Stage), seed));
    }

    public static IEnumerable<PowerNote> Power(TrialFigures figures) =>
        from each in figures.RuleCells()
        let trials = figures.Of(each.Cell, each.Stage)
        let needed = TrialsNeeded.ForMedian(trials, WishedPrecision)
        select new PowerNote(each.Cell, each.Stage, WishedPrecision, trials.Length, needed);

    private static DataPlaneDifference DifferenceOf(TrialFigures figures, Stage stage, Cell one, Cell other, int seed)
    {
        (double[] ofOne, double[] ofOther) = (figures.Of(one, stage), figures.Of(other, stage));
        bool isOtherSlower = ofOther.Median() >= ofOne.Median();
        (Cell slower, Cell faster) = isOtherSlower ? (other, one) : (one, other);
        (double[] more, double[] less) = isOtherSlower ? (ofOther, ofOne) : (ofOne, ofOther);
        Estimate difference = Bootstrap.DifferenceOfMedians(more, less, seed);
        return new DataPlaneDifference(
            one.Without(Axes.DataPlane),
            stage,
            slower.DataPlane,
            faster.DataPlane,
            difference,
            Bootstrap.RatioOfMedians(more, less, seed),
            difference.Interval is { } interval && !interval.Contains(0));
    }
}
