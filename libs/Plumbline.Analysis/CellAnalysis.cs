namespace Plumbline.Analysis;

/// <summary>What the builds of one cell say, and those of two cells at the same number of Services.</summary>
internal static class CellAnalysis
{
    /// <summary>The half width that <see cref="Power"/> is for: ±5 %.</summary>
    public const double WishedPrecision = 0.05;

    public static IEnumerable<CellEstimate> Cells(TrialFigures figures) =>
        from statistic in Headlines.Drawn
        from each in figures.Cells(statistic)
        let ns = figures.Of(each.Cell, each.Stage, statistic).Positive()
        select new CellEstimate(each.Cell, each.Stage, statistic, ns);

    public static IEnumerable<DataPlaneDifference> Differences(TrialFigures figures)
    {
        (Cell Cell, Stage Stage)[] cells = [.. figures.RuleCells()];
        return
            from index in Enumerable.Range(0, cells.Length)
            let one = cells[index]
            let common = one.Cell.Without(Axes.DataPlane)
            from other in cells.Skip(index + 1)
            where other.Stage == one.Stage && other.Cell.DataPlane != one.Cell.DataPlane
                && other.Cell.Without(Axes.DataPlane) == common
            let builds = figures.Of(one.Cell, one.Stage).PairedWith(figures.Of(other.Cell, one.Stage))
            where builds.Count > 0
            orderby one.Stage, common
            select DifferenceOf(
                common, one.Stage, one.Cell.DataPlane, other.Cell.DataPlane, builds, figures.SpeedError);
    }

    public static IEnumerable<PositionEffect> PositionEffects(TrialFigures figures) =>
        from last in figures.RuleCells()
        where last.Cell.Position == Position.Last
        let first = figures.Of(last.Cell.With(Position.First), last.Stage)
        let builds = first.PairedWith(figures.Of(last.Cell, last.Stage))
        where builds.Count > 0
        select new PositionEffect(
            last.Cell.Without(Axes.Position),
            last.Stage,
            Replications.Mean([.. builds.Select(build => build.Other - build.One)], figures.SpeedError));

    public static IEnumerable<PowerNote> Power(TrialFigures figures) =>
        from each in figures.RuleCells()
        let trials = figures.Of(each.Cell, each.Stage)
        let components = trials.Components()
        select new PowerNote(
            each.Cell,
            each.Stage,
            WishedPrecision,
            trials.Count,
            trials.All.Count(),
            components,
            components?.BuildsNeeded(WishedPrecision));

    private static DataPlaneDifference DifferenceOf(
        Cell common,
        Stage stage,
        DataPlane one,
        DataPlane other,
        IReadOnlyList<(double One, double Other)> builds,
        double speedError)
    {
        bool isOtherSlower = builds.Sum(build => build.Other - build.One) >= 0;
        (double More, double Less)[] slowerFirst =
            [.. builds.Select(build => isOtherSlower ? (build.Other, build.One) : (build.One, build.Other))];
        Estimate difference =
            Replications.Mean([.. slowerFirst.Select(build => build.More - build.Less)], speedError);
        return new DataPlaneDifference(
            common,
            stage,
            isOtherSlower ? other : one,
            isOtherSlower ? one : other,
            difference,
            Replications.GeometricMean([.. slowerFirst.Select(build => build.More / build.Less)], speedError),
            difference.Excludes(0));
    }
}
