namespace Plumbline.Contracts;

/// <summary>Names a cell for people. Values that are an axis' default are left out.</summary>
public static class CellText
{
    /// <summary>All of the cell: <c>iptables-nft last at 10,000</c>.</summary>
    public static string Of(Cell cell) => cell[Axes.Services] is { } services
        ? $"{Column(cell)} at {Axes.Services.Text(services)}"
        : Column(cell);

    /// <summary>
    /// All but the number of Services: <c>iptables-nft last</c>. A bare number means nothing, so the words of its axis
    /// come before it: <c>nftables last packet size 1,400</c>.
    /// </summary>
    public static string Column(Cell cell) => string.Join(' ',
        from axis in cell.Known
        where axis != Axes.Services && cell[axis] != axis.Default
        let value = axis.Text(cell[axis]!)
        select axis.IsNumeric ? $"{axis.Words} {value}" : value);
}
