namespace Plumbline.Analysis.Comparisons;

/// <summary>
/// Two experiments side by side: how each cell that both measured differs. Only accepted trials count, and intervals
/// are over builds. Pure: the same results give the same comparison.
/// </summary>
/// <remarks>
/// On one machine with one kernel, both experiments' figures are at A's full speed, by control packets: what they
/// explain is the machine's doing and no difference of the cells. Figures of two machines are as they were measured.
/// </remarks>
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

    /// <summary>Whether the figures are at the same speed of the machine.</summary>
    public required bool IsAtOneSpeed { get; init; }

    /// <summary>Cells with figures in both, by stage, column and Services.</summary>
    public required IReadOnlyList<CellComparison> Cells { get; init; }

    /// <summary>Columns that both measured at several numbers of Services.</summary>
    public required IReadOnlyList<ColumnComparison> Columns { get; init; }

    /// <summary>Cells with figures only in A.</summary>
    public required IReadOnlyList<ComparedCell> OnlyInA { get; init; }

    public required IReadOnlyList<ComparedCell> OnlyInB { get; init; }

    /// <param name="stages">The stages to compare; null for the headline stage of each measure.</param>
    /// <exception cref="InvalidOperationException">The results of one of them are those of several nodes.</exception>
    public static ExperimentComparison Of(
        ExperimentResults a, ExperimentResults b, IReadOnlyCollection<Stage>? stages = null)
    {
        (MachineSpeed speedOfA, MachineSpeed speedOfB) = (MachineSpeed.Of(a), MachineSpeed.Of(b));
        Estimate? machine = speedOfA.RatioTo(speedOfB);
        bool isAtOneSpeed = machine is not null && IsOneMachine(a, b);
        (TrialFigures ofA, TrialFigures ofB) = (Figures(a), Figures(b));
        ComparedCell[] cellsOfA = [.. Cells(ofA)];
        ComparedCell[] cellsOfB = [.. Cells(ofB)];
        return new ExperimentComparison
        {
            A = a,
            B = b,
            Machine = machine,
            IsAtOneSpeed = isAtOneSpeed,
            Cells = [.. cellsOfA.Intersect(cellsOfB).Select(cell => new CellComparison(cell, [.. Compare(cell)]))],
            Columns =
            [
                .. (from cell in cellsOfA.Intersect(cellsOfB)
                    group cell.Cell by (cell.Stage, Column: cell.Cell.Column()) into column
                    where column.Count() > 1
                    select ColumnComparison.Between(ofA, ofB, column.Key.Column, column.Key.Stage, [.. column]))
                    .OfType<ColumnComparison>(),
            ],
            OnlyInA = [.. cellsOfA.Except(cellsOfB)],
            OnlyInB = [.. cellsOfB.Except(cellsOfA)],
        };

        TrialFigures Figures(ExperimentResults results) => isAtOneSpeed
            ? TrialFigures.AtSpeed(results, Headlines.Compared, speedOfA.FullNs!.Value)
            : TrialFigures.Of(results, Headlines.Compared);

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
            select StatisticComparison.Of(statistic, one.Logs, other.Logs);
    }

    private static bool IsOneMachine(ExperimentResults a, ExperimentResults b) =>
        (a.Machine?.CpuModel, a.Machine?.Kernel) == (b.Machine?.CpuModel, b.Machine?.Kernel);
}
