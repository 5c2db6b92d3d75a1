using MathNet.Numerics.Statistics;

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

/// <summary>How one statistic of a cell differs.</summary>
/// <param name="ANs">Median across A's trials.</param>
/// <param name="DifferenceNs">B minus A.</param>
/// <param name="Ratio">B divided by A.</param>
public sealed record StatisticComparison(
    Statistic Statistic, double ANs, double BNs, Estimate DifferenceNs, Estimate Ratio)
{
    /// <summary>
    /// Whether the ratio's interval excludes 1, so that the spread of the trials does not explain the difference.
    /// </summary>
    public bool IsReal => Ratio.Interval is { } interval && !interval.Contains(1);

    internal static StatisticComparison Of(Statistic statistic, double[] ofA, double[] ofB, int seed) => new(
        statistic,
        ofA.Median(),
        ofB.Median(),
        Bootstrap.DifferenceOfMedians(ofB, ofA, seed),
        Bootstrap.RatioOfMedians(ofB, ofA, seed));
}
