using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>Two experiments drawn against the number of Services: one stage's p50 of both, and how many times A's B's is.</summary>
internal static class ComparePlots
{
    /// <summary>At least this much above and below 1 is on the axis, so that noise does not fill the drawing.</summary>
    private const double LeastReach = 0.05;

    /// <summary>A's and B's p50. Null without data; so is the other.</summary>
    public static Plot? Latency(Stage stage, IReadOnlyList<CellComparison> ofStage)
    {
        // The dash, which is the data plane's in the report, tells A from B here: colour and mark are as there.
        PlotLine[] lines =
        [
            .. from column in Drawn(ofStage)
               let style = SeriesStyle.Of(column.Key.DataPlane, column.Key.Position)
               from line in new[]
               {
                   Line(column, "A", style with { Dash = LineStyle.Solid }, cell => cell.P50.ANs),
                   Line(column, "B", style with { Dash = LineStyle.Dash }, cell => cell.P50.BNs),
               }
               select line,
        ];
        return Plot.Of(
            $"p50-{stage.WireName()}",
            $"{stage.WireName()} (p50) of A and of B against the number of Services, by data plane and position of the rule",
            $"A is solid, B is dashed. Marks are medians across trials of p50, of cells that both have. Both axes are logarithmic.{Others(ofStage)}",
            PlotAxes.Logarithmic(AxisPosition.Bottom, "Services", PlotPoint.Places(lines)),
            PlotAxes.Logarithmic(AxisPosition.Left, $"µs {stage.WireName()} (p50)", PlotPoint.Heights(lines)),
            lines);
    }

    /// <summary>B's p50 divided by A's, with its interval.</summary>
    public static Plot? Ratio(Stage stage, IReadOnlyList<CellComparison> ofStage)
    {
        IGrouping<ComparisonColumn, Known>[] columns = [.. Drawn(ofStage)];
        PlotLine[] lines =
        [
            .. columns.Select((column, index) => new PlotLine(
                Figures.Column(column.Key),
                SeriesStyle.Of(column.Key.DataPlane, column.Key.Position),
                [.. column.Select(cell => Point(Beside(cell.Services, index, columns.Length), cell.P50))])),
        ];
        Plot? plot = Plot.Of(
            $"ratio-{stage.WireName()}",
            $"B's {stage.WireName()} (p50) divided by A's against the number of Services, with 95 % intervals and a line at 1, by data plane and position of the rule",
            $"Above 1 B is slower. Bars are 95 % intervals over trials: one that does not reach the line at 1 is a difference that the trials' spread does not explain. Marks of the same number of Services stand side by side.{Others(ofStage)}",
            PlotAxes.Logarithmic(AxisPosition.Bottom, "Services", PlotPoint.Places(lines)),
            AroundOne(PlotPoint.Heights(lines)),
            lines);
        plot?.Model.Series.Insert(0, LineAtOne(PlotPoint.Places(lines)));
        return plot;
    }

    private static PlotLine Line(IGrouping<ComparisonColumn, Known> column, string letter, SeriesStyle style, Func<Known, double> ns) =>
        new($"{Figures.Column(column.Key)}, {letter}", style, [.. column.Select(cell => PlotPoint.Exact(cell.Services, ns(cell) / 1_000))]);

    private static PlotPoint Point(double services, StatisticComparison p50) => new(
        services, p50.Ratio.Value, p50.Ratio.Interval?.Low ?? p50.Ratio.Value, p50.Ratio.Interval?.High ?? p50.Ratio.Value);

    /// <summary>Ratios are much alike: bars that stood at the same place would hide each other.</summary>
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

    private static IEnumerable<IGrouping<ComparisonColumn, Known>> Drawn(IReadOnlyList<CellComparison> ofStage)
    {
        Position[] positions = DrawnPositions(ofStage);
        return from cell in ofStage
               let p50 = cell.Of(Statistic.P50)
               where p50 is { ANs: > 0, BNs: > 0 } && positions.Contains(cell.Cell.Column.Position)
               orderby cell.Cell.Column.DataPlane, cell.Cell.Column.Position, cell.Cell.Services
               group new Known(cell.Cell.Services, p50) by cell.Cell.Column;
    }

    private static Position[] DrawnPositions(IReadOnlyList<CellComparison> ofStage) => ServicesPlots.Drawn(Positions(ofStage));

    private static Position[] Positions(IReadOnlyList<CellComparison> ofStage) =>
        [.. ofStage.Select(cell => cell.Cell.Column.Position).Distinct().Order()];

    private static string Others(IReadOnlyList<CellComparison> ofStage) =>
        DrawnPositions(ofStage).Length < Positions(ofStage).Length ? " The positions between are in the table." : "";

    private sealed record Known(int Services, StatisticComparison P50);
}
