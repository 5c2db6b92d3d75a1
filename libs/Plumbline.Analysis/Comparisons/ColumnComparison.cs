namespace Plumbline.Analysis.Comparisons;

/// <summary>
/// How a column differs over all numbers of Services that both experiments have: within each build round the geometric
/// mean over them, then as for one cell. A difference of a few percent in each cell, which no cell shows by itself,
/// shows here.
/// </summary>
/// <param name="Of">Without Services.</param>
/// <param name="P50">B against A.</param>
public sealed record ColumnComparison(ComparedCell Of, StatisticComparison P50)
{
    /// <summary>Null where one of the two has no build round with all the cells.</summary>
    internal static ColumnComparison? Between(
        TrialFigures a, TrialFigures b, Cell column, Stage stage, IReadOnlyList<Cell> cells) =>
        a.LogsOver(cells, stage) is { } ofA && b.LogsOver(cells, stage) is { } ofB
            ? new ColumnComparison(
                new ComparedCell(column, stage), StatisticComparison.Of(Statistic.P50, ofA, ofB))
            : null;
}
