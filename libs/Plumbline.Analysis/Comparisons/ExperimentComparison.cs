namespace Plumbline.Analysis.Comparisons;

/// <summary>
/// Two experiments side by side: how each cell that both measured differs. Only accepted trials count, and intervals
/// are over builds. Pure: the same results give the same comparison.
/// </summary>
public sealed record ExperimentComparison
{
    /// <summary>What B is compared with.</summary>
    public required ExperimentResults A { get; init; }

    public required ExperimentResults B { get; init; }

    /// <summary>
    /// How many times as long control packets took in B, which meet no Service rules: the machine's own speed. Null
    /// where one of the two sent none.
    /// </summary>
    public required Estimate? Machine { get; init; }

    /// <summary>Cells with figures in both, by stage, column and Services.</summary>
    public required IReadOnlyList<CellComparison> Cells { get; init; }

    /// <summary>Cells with figures only in A.</summary>
    public required IReadOnlyList<ComparedCell> OnlyInA { get; init; }

    public required IReadOnlyList<ComparedCell> OnlyInB { get; init; }

    /// <param name="stages">The stages to compare; null for the headline stage of each measure.</param>
    /// <exception cref="InvalidOperationException">The results of one of them are those of several nodes.</exception>
    public static ExperimentComparison Of(
        ExperimentResults a, ExperimentResults b, IReadOnlyCollection<Stage>? stages = null)
    {
        (TrialFigures ofA, TrialFigures ofB) = (Figures(a), Figures(b));
        (MachineSpeed speedOfA, MachineSpeed speedOfB) = (MachineSpeed.Of(a), MachineSpeed.Of(b));
        ComparedCell[] cellsOfA = [.. Cells(ofA)];
        ComparedCell[] cellsOfB = [.. Cells(ofB)];
        return new ExperimentComparison
        {
            A = a,
            B = b,
            Machine = speedOfA.RatioTo(speedOfB),
            Cells = [.. cellsOfA.Intersect(cellsOfB).Select(cell => new CellComparison(cell, [.. Compare(cell)]))],
            OnlyInA = [.. cellsOfA.Except(cellsOfB)],
            OnlyInB = [.. cellsOfB.Except(cellsOfA)],
        };

        static TrialFigures Figures(ExperimentResults results) => TrialFigures.Of(results, Headlines.Compared);

        IEnumerable<ComparedCell> Cells(TrialFigures figures) =>
            from each in figures.Cells(Statistic.Mean)
            where (stages ?? Headlines.MeasureStages).Contains(each.Stage)
            orderby each.Stage
            select new ComparedCell(each.Cell, each.Stage);

        IEnumerable<StatisticComparison> Compare(ComparedCell cell) =>
            from statistic in Headlines.Compared
            let one = ofA.Of(cell.Cell, cell.Stage, statistic)
            let other = ofB.Of(cell.Cell, cell.Stage, statistic)
            where one.Count > 0 && other.Count > 0 && one.All.Concat(other.All).All(ns => ns > 0)
            select StatisticComparison.Of(
                statistic,
                [.. one.Medians.Select(build => build.Value)],
                [.. other.Medians.Select(build => build.Value)],
                speedOfB.UsualNs / speedOfA.UsualNs);
    }
}
