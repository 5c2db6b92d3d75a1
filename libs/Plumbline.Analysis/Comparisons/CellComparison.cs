namespace Plumbline.Analysis.Comparisons;

/// <summary>One stage of one cell.</summary>
public sealed record ComparedCell(Cell Cell, Stage Stage)
{
    /// <summary>As <c>prerouting, iptables-nft last at 10,000</c>.</summary>
    public override string ToString() => $"{Stage.Name}, {Cell}";
}

/// <summary>How a cell differs.</summary>
/// <param name="Statistics">Those that both have.</param>
public sealed record CellComparison(ComparedCell Of, IReadOnlyList<StatisticComparison> Statistics)
{
    public Cell Cell => Of.Cell;

    public Stage Stage => Of.Stage;

    /// <summary>Null where one of the two has too few samples for it.</summary>
    public StatisticComparison? By(Statistic statistic) =>
        Statistics.FirstOrDefault(each => each.Statistic == statistic);
}
