namespace Plumbline.Analysis;

/// <summary>Where a cell belongs in tables, lists and plots.</summary>
public static class CellOrder
{
    /// <summary>
    /// The attempt's cell without its node. Figures never mix nodes, so the node belongs to the results and not to each
    /// cell, and cells of two nodes can be compared.
    /// </summary>
    public static Cell LocalCell(this AttemptResult attempt) => attempt.Trial.Cell.Without(Axes.Node);

    /// <summary>The column of a table whose rows are numbers of Services.</summary>
    public static Cell Column(this Cell cell) => cell.Without(Axes.Node, Axes.Services);

    /// <summary>As a table lists cells: by Services, then by column.</summary>
    public static IOrderedEnumerable<T> ByRow<T>(this IEnumerable<T> items, Func<T, Cell> cell) =>
        items.OrderBy(each => cell(each).Services).ThenBy(cell);

    /// <summary>As lists of pairs and calls have cells: the position last.</summary>
    public static IOrderedEnumerable<T> ByDataPlane<T>(this IEnumerable<T> items, Func<T, Cell> cell) =>
        items.OrderBy(each => cell(each).Without(Axes.Position)).ThenBy(cell);
}
