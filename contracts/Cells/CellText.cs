namespace Plumbline.Contracts;

/// <summary>Names a cell for people.</summary>
public static class CellText
{
    /// <summary>As <c>iptables-nft last at 10,000</c>; with a node or another axis in front where the cell has one.</summary>
    public static string Of(Cell cell) => cell[Axes.Services] is { } services
        ? $"{Column(cell)} at {Axes.Services.Text(services)}"
        : Column(cell);

    /// <summary>
    /// As <c>iptables-nft last</c>: all but the number of Services. Values that are an axis' default say nothing and are
    /// left out; those of axes whose values do not speak for themselves have the axis' words in front.
    /// </summary>
    public static string Column(Cell cell) => string.Join(' ', cell.Known
        .Where(axis => axis != Axes.Services && cell[axis] != axis.Default)
        .Select(axis => axis.Asked is null && axis.IsNumeric ? $"{axis.Words} {axis.Text(cell[axis]!)}" : cell[axis]));
}
