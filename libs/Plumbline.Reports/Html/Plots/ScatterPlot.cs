using MathNet.Numerics.Statistics;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using Axes = Plumbline.Contracts.Axes;

namespace Plumbline.Reports.Html.Plots;

/// <summary>
/// Each cell's round trip against its one-way latency. What the rules cost must appear in both alike: slope 1.
/// </summary>
internal static class ScatterPlot
{
    public static Plot? Of(ExperimentAnalysis analysis)
    {
        Measured[] cells =
        [
            .. Of(analysis, Stage.Total)
                .Join(
                    Of(analysis, Stage.RoundTrip),
                    oneWay => oneWay.Cell,
                    roundTrip => roundTrip.Cell,
                    (oneWay, roundTrip) => new Measured(oneWay.Cell, oneWay.Ns, roundTrip.Ns))
                .ByDataPlane(each => each.Cell),
        ];
        if (cells.Length == 0)
        {
            return null;
        }

        PlotLine[] points =
        [
            .. from cell in cells
               group PlotPoint.Microseconds(cell.OneWay.Value / 1_000, cell.RoundTrip) by cell.Series into series
               let style = SeriesStyle.Of(series.Key) with { Dash = LineStyle.None }
               select new PlotLine(CellText.Column(series.Key), style, [.. series]),
        ];
        double constant = cells.Select(cell => cell.DifferenceNs / 1_000).Median();
        double most = cells.Max(cell => cell.OneWay.Value / 1_000);
        double highest = Math.Max(PlotPoint.Heights(points).Max(), most + constant);
        Plot plot = Plot.Of(
            "scatter",
            "Round trip (p50) of each cell against its one-way total (p50), "
                + "with the line on which a round trip is one-way plus a constant",
            "Each mark is a cell: data plane, Services and position. The solid line is "
                + $"y = x + {Figures.Text(constant)} µs (the median of the cells' differences): a round trip meets the "
                + "rules once. On the dotted line it would meet them twice.",
            PlotAxes.Linear(AxisPosition.Bottom, "µs one-way, total (p50)", [most]),
            PlotAxes.Linear(AxisPosition.Left, "µs round trip (p50)", [highest]),
            points)!;
        plot.Model.Series.Insert(0, Line("y = x + c", LineStyle.Solid, (0, constant), (most, most + constant)));
        // Both lines meet where the rules cost least.
        double least = cells.Min(cell => cell.OneWay.Value / 1_000);
        double end = Math.Min(most, (highest - constant + least) / 2);
        plot.Model.Series.Insert(
            1,
            Line("if rules met twice", LineStyle.Dot, (least, least + constant), (end, 2 * end - least + constant)));
        return plot with { Data = Data(cells) };
    }

    private static IEnumerable<CellEstimate> Of(ExperimentAnalysis analysis, Stage stage) =>
        analysis.Cells.Where(cell => cell.Stage == stage && cell.Statistic == Statistic.P50);

    private static ReportTable Data(Measured[] cells)
    {
        CellColumns columns = CellColumns.Of(cells.Select(each => each.Cell), Axes.DataPlane, Axes.Services);
        return new ReportTable(
            "Cells that were measured both ways: means over builds of p50, 95 % intervals in brackets, µs",
            [.. columns.Titles, "one-way, total", "round trip", "difference"],
            [
                .. cells.Select(cell => ReportRow.Of(
                [
                    .. columns.Texts(cell.Cell),
                    Figures.Microseconds(cell.OneWay),
                    Figures.Microseconds(cell.RoundTrip),
                    Figures.Microseconds(cell.DifferenceNs),
                ])),
            ]);
    }

    private static LineSeries Line(string title, LineStyle dash, params (double X, double Y)[] points)
    {
        LineSeries line = new()
        {
            Title = title,
            Color = OxyColors.Gray,
            LineStyle = dash,
            Dashes = PlotLine.Dashes(dash),
            StrokeThickness = 1.5,
        };
        line.Points.AddRange(points.Select(point => new DataPoint(point.X, point.Y)));
        return line;
    }

    private sealed record Measured(Cell Cell, Estimate OneWay, Estimate RoundTrip)
    {
        public Cell Series => Cell.Column().Without(Axes.Position);

        public double DifferenceNs => RoundTrip.Value - OneWay.Value;
    }
}
