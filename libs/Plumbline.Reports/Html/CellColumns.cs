namespace Plumbline.Reports.Html;

/// <summary>
/// The columns that name a row's cell, in tables with a row for each cell: one for each axis that distinguishes the
/// cells or has another value than its default.
/// </summary>
internal sealed class CellColumns
{
    private readonly IReadOnlyList<Axis> _axes;

    private CellColumns(IReadOnlyList<Axis> axes) => _axes = axes;

    public IEnumerable<ReportColumn> Titles =>
        _axes.Select(axis => new ReportColumn(axis.Words, IsText: !axis.IsNumeric));

    /// <param name="leading">The first columns; the others follow in the axes' order.</param>
    public static CellColumns Of(IEnumerable<Cell> cells, params Axis[] leading)
    {
        HashSet<Axis> used =
            [.. cells.Distinct().SelectMany(cell => cell.Known.Where(axis => cell[axis] != axis.Default))];
        used.ExceptWith([Axes.Node, .. leading]);
        return new CellColumns([.. leading, .. Axes.All.Where(used.Contains)]);
    }

    public IEnumerable<ReportCell> Texts(Cell cell) =>
        _axes.Select(axis => new ReportCell(cell[axis] is { } value ? axis.Text(value) : Figures.Unknown));
}
