using OxyPlot;
using OxyPlot.Series;

namespace Plumbline.Reports.Html.Plots;

/// <summary>A series of a plot, with a bar through each point from its low to its high end.</summary>
internal sealed record PlotLine(string Title, SeriesStyle Style, IReadOnlyList<PlotPoint> Points)
{
    public LineSeries Line()
    {
        LineSeries series = new()
        {
            Title = Title,
            Color = Style.Color,
            LineStyle = Style.Dash,
            Dashes = Dashes(Style.Dash),
            MarkerType = Style.Marker,
            MarkerSize = Style.MarkerSize,
            StrokeThickness = Style.Dash == LineStyle.None ? 0 : 2,
            MarkerFill = Style.Filled ? Style.Color : OxyColors.White,
            MarkerStroke = Style.Color,
            MarkerStrokeThickness = 1.5,
        };
        series.Points.AddRange(Points.Select(point => new DataPoint(point.X, point.Y)));
        return series;
    }

    /// <summary>Longer than the library's own, which look like solid lines; null for a solid line.</summary>
    public static double[]? Dashes(LineStyle dash) => dash switch
    {
        LineStyle.Dash => [7, 3],
        LineStyle.Dot => [1.5, 2.5],
        LineStyle.DashDot => [8, 2.5, 1.5, 2.5],
        _ => null,
    };

    /// <summary>One series whose line is broken between the points.</summary>
    public LineSeries Bars()
    {
        LineSeries series = new()
        {
            Color = Style.Color,
            StrokeThickness = 1.5,
            LineStyle = LineStyle.Solid,
            RenderInLegend = false,
        };
        series.Points.AddRange(
            from point in Points
            where point.High > point.Low
            from end in new[] { new(point.X, point.Low), new(point.X, point.High), DataPoint.Undefined }
            select end);
        return series;
    }
}

internal sealed record PlotPoint(double X, double Y, double Low, double High)
{
    public static PlotPoint Exact(double x, double y) => new(x, y, y, y);

    public static PlotPoint Of(double x, Estimate estimate) =>
        new(x, estimate.Value, estimate.Interval?.Low ?? estimate.Value, estimate.Interval?.High ?? estimate.Value);

    /// <summary>An estimate in nanoseconds, drawn in microseconds.</summary>
    public static PlotPoint Microseconds(double x, Estimate ns) =>
        new(x, ns.Value / 1_000, (ns.Interval?.Low ?? ns.Value) / 1_000, (ns.Interval?.High ?? ns.Value) / 1_000);

    /// <summary>Every height that the axis must contain.</summary>
    public static IEnumerable<double> Heights(IEnumerable<PlotLine> lines) =>
        lines.SelectMany(line => line.Points).SelectMany(point => new[] { point.Low, point.High });

    public static IEnumerable<double> Places(IEnumerable<PlotLine> lines) =>
        lines.SelectMany(line => line.Points).Select(point => point.X);
}
