using MathNet.Numerics.Statistics;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>Each cell's round trip against its one-way latency. What the rules cost must appear in both alike: slope 1.</summary>
internal static class ScatterPlot
{
    public static Plot? Of(ExperimentAnalysis analysis)
    {
        var cells =
            (from oneWay in analysis.Cells
             where oneWay is { Stage: Stage.Total, Statistic: Statistic.P50 }
             join roundTrip in analysis.Cells.Where(cell => cell is { Stage: Stage.RoundTrip, Statistic: Statistic.P50 })
                 on (oneWay.Services, oneWay.Column) equals (roundTrip.Services, roundTrip.Column)
             orderby oneWay.Column.DataPlane, oneWay.Services, oneWay.Column.Position
             select (oneWay.Services, oneWay.Column, OneWay: oneWay.Ns, RoundTrip: roundTrip.Ns)).ToArray();
        if (cells.Length == 0)
        {
            return null;
        }

        PlotLine[] points =
        [
            .. from cell in cells
               group cell by cell.Column.DataPlane into dataPlane
               select new PlotLine(
                   dataPlane.Key.WireName(),
                   SeriesStyle.Of(dataPlane.Key) with { Dash = LineStyle.None },
                   [.. dataPlane.Select(cell => PlotPoint.Microseconds(cell.OneWay.Value / 1_000, cell.RoundTrip))]),
        ];
        double constant = cells.Select(cell => (cell.RoundTrip.Value - cell.OneWay.Value) / 1_000).Median();
        double most = cells.Max(cell => cell.OneWay.Value / 1_000);
        double highest = Math.Max(PlotPoint.Heights(points).Max(), most + constant);
        Plot plot = Plot.Of(
            "scatter",
            "Round trip (p50) of each cell against its one-way total (p50), with the line on which a round trip is one-way plus a constant",
            $"Each mark is a cell: data plane, Services and position. The solid line is y = x + {Figures.Text(constant)} µs (the median of the cells' differences): a round trip meets the rules once. On the dotted line it would meet them twice.",
            PlotAxes.Linear(AxisPosition.Bottom, "µs one-way, total (p50)", [most]),
            PlotAxes.Linear(AxisPosition.Left, "µs round trip (p50)", [highest]),
            points)!;
        plot.Model.Series.Insert(0, Line("y = x + c", LineStyle.Solid, (0, constant), (most, most + constant)));
        // Both lines meet where the rules cost least.
        double least = cells.Min(cell => cell.OneWay.Value / 1_000);
        double end = Math.Min(most, (highest - constant + least) / 2);
        plot.Model.Series.Insert(1, Line("if rules met twice", LineStyle.Dot, (least, least + constant), (end, 2 * end - least + constant)));
        return plot with
        {
            Data = new ReportTable(
                "Cells that both probes measured: medians across trials of p50, 95 % intervals in brackets, µs",
                [ReportColumn.Words("data plane"), "Services", ReportColumn.Words("position"), "one-way, total", "round trip", "difference"],
                [
                    .. cells.Select(cell => new ReportRow(
                        cell.Column.DataPlane.WireName(),
                        Figures.Integer(cell.Services),
                        cell.Column.Position.WireName(),
                        Figures.Microseconds(cell.OneWay),
                        Figures.Microseconds(cell.RoundTrip),
                        Figures.Microseconds(cell.RoundTrip.Value - cell.OneWay.Value))),
                ]),
        };
    }

    private static LineSeries Line(string title, LineStyle dash, params (double X, double Y)[] points)
    {
        LineSeries line = new() { Title = title, Color = OxyColors.Gray, LineStyle = dash, Dashes = PlotLine.Dashes(dash), StrokeThickness = 1.5 };
        line.Points.AddRange(points.Select(point => new DataPoint(point.X, point.Y)));
        return line;
    }
}
