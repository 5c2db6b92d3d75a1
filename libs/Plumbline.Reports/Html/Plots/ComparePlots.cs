using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using Axis = OxyPlot.Axes.Axis;

namespace Plumbline.Reports.Html.Plots;

/// <summary>
/// Two experiments against the number of Services: one stage's p50 in both, and how many times A's B's is.
/// </summary>
internal static class ComparePlots
{
    /// <summary>The axis shows at least this much above and below 1, so that noise does not fill the drawing.</summary>
    private const double LeastReach = 0.05;

    /// <summary>A's and B's p50. Null without data, like the other.</summary>
    public static Plot? Latency(Stage stage, IReadOnlyList<CellComparison> ofStage)
    {
        // In the report the dash is the data plane's. Here it distinguishes A from B; colour and mark are as there.
        PlotLine[] lines =
        [
            .. from column in Drawn(ofStage)
               let style = SeriesStyle.Of(column.Key)
               from line in new[]
               {
                   Line(column, "A", style with { Dash = LineStyle.Solid }, cell => cell.P50.ANs),
                   Line(column, "B", style with { Dash = LineStyle.Dash }, cell => cell.P50.BNs),
               }
               select line,
        ];
        return Plot.Of(
            $"p50-{stage}",
            $"{stage} (p50) of A and of B against the number of Services, by data plane and position of the rule",
            "A is solid, B is dashed. Marks are means over builds of p50, for cells that both have. "
                + $"Both axes are logarithmic.{Others(ofStage)}",
            PlotAxes.Logarithmic(AxisPosition.Bottom, "Services", PlotPoint.Places(lines)),
            PlotAxes.Logarithmic(AxisPosition.Left, $"µs {stage} (p50)", PlotPoint.Heights(lines)),
            lines);
    }

    /// <summary>B's p50 divided by A's, with its interval.</summary>
    public static Plot? Ratio(Stage stage, IReadOnlyList<CellComparison> ofStage)
    {
        IGrouping<Cell, Known>[] columns = [.. Drawn(ofStage)];
        PlotLine[] lines =
        [
            .. columns.Select((column, index) => new PlotLine(
                CellText.Column(column.Key),
                SeriesStyle.Of(column.Key),
                [
                    .. column.Select(
                        cell => PlotPoint.Of(Beside(cell.Services, index, columns.Length), cell.P50.Ratio)),
                ])),
        ];
        Plot? plot = Plot.Of(
            $"ratio-{stage}",
            $"B's {stage} (p50) divided by A's against the number of Services, with 95 % intervals and a line at 1, "
                + "by data plane and position of the rule",
            "Above 1 B is slower. Bars are 95 % intervals over builds. Where a bar does not reach the line at 1, the "
                + "builds' spread does not explain the difference. Marks of the same number of Services are side by "
                + "side."
                + Others(ofStage),
            PlotAxes.Logarithmic(AxisPosition.Bottom, "Services", PlotPoint.Places(lines)),
            AroundOne(PlotPoint.Heights(lines)),
            lines);
        plot?.Model.Series.Insert(0, LineAtOne(PlotPoint.Places(lines)));
        return plot;
    }

    private static PlotLine Line(
        IGrouping<Cell, Known> column, string letter, SeriesStyle style, Func<Known, double> ns) => new(
            $"{CellText.Column(column.Key)}, {letter}",
            style,
            [.. column.Select(cell => PlotPoint.Exact(cell.Services, ns(cell) / 1_000))]);

    /// <summary>Ratios are much alike: bars at the same place would hide each other.</summary>
    private static double Beside(int services, int index, int of) => services * Math.Pow(1.03, index - (of - 1) / 2.0);

    /// <summary>The report's linear axis begins at 0, where differences of a few percent cannot be seen.</summary>
    private static Axis AroundOne(IEnumerable<double> ratios)
    {
        double[] all = [1 - LeastReach, 1 + LeastReach, .. ratios];
        double room = 0.06 * (all.Max() - all.Min());
        Axis axis = PlotAxes.Linear(AxisPosition.Left, "B / A (p50)", all);
        (axis.Minimum, axis.Maximum) = (all.Min() - room, all.Max() + room);
        return axis;
    }

    private static LineSeries LineAtOne(IEnumerable<double> services)
    {
        // Beyond the points, as far as the axis goes.
        LineSeries line = new() { Title = "no difference", Color = OxyColors.Gray, StrokeThickness = 1.5 };
        line.Points.Add(new DataPoint(services.Min() / 10, 1));
        line.Points.Add(new DataPoint(services.Max() * 10, 1));
        return line;
    }

    private static IEnumerable<IGrouping<Cell, Known>> Drawn(IReadOnlyList<CellComparison> ofStage)
    {
        IReadOnlyList<Position> positions = Headlines.DrawnOf(Positions(ofStage));
        return from cell in ofStage
               let p50 = cell.By(Statistic.P50)
               where p50 is { ANs: > 0, BNs: > 0 } && positions.Contains(cell.Cell.Position)
               orderby cell.Cell
               group new Known(cell.Cell.Services, p50) by cell.Cell.Column();
    }

    private static Position[] Positions(IReadOnlyList<CellComparison> ofStage) =>
        [.. ofStage.Select(cell => cell.Cell.Position).Distinct().Order()];

    private static string Others(IReadOnlyList<CellComparison> ofStage)
    {
        Position[] positions = Positions(ofStage);
        return Headlines.DrawnOf(positions).Count < positions.Length
            ? " The positions between are in the table."
            : "";
    }

    private sealed record Known(int Services, StatisticComparison P50);
}
