using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>The report's charts against the number of Services, both axes logarithmic.</summary>
internal static class Charts
{
    /// <summary>One statistic of PREROUTING. Null without data.</summary>
    public static ReportChart? Prerouting(ComparisonTable table, Statistic statistic)
    {
        string name = statistic.ToString().ToLowerInvariant();
        return Latency(
            table,
            Stage.Prerouting,
            statistic,
            name,
            $"µs in PREROUTING ({name})",
            $"Time of a first packet in PREROUTING ({name}) against the number of Services, by data plane and position of its rule");
    }

    /// <summary>The median round trip. Null without data.</summary>
    public static ReportChart? RoundTrip(ComparisonTable table) => Latency(
        table,
        Stage.RoundTrip,
        Statistic.P50,
        "round-trip",
        "µs round trip (p50)",
        "Round trip of a first packet's probe (p50) against the number of Services, by data plane and position of its rule");

    /// <summary>Medians across trials with bars from the smallest to the largest trial.</summary>
    private static ReportChart? Latency(
        ComparisonTable table, Stage stage, Statistic statistic, string id, string verticalTitle, string description)
    {
        ChartLine[] lines =
        [
            .. from column in table.Columns
               let points = from services in table.Rows
                            let across = table.Cell(services, column, stage)?.Of(statistic)
                            where across is { MinNs: > 0 }
                            select new ChartPoint(services, across.MedianNs / 1_000, across.MinNs / 1_000, across.MaxNs / 1_000)
               select new ChartLine(Figures.Column(column), SeriesStyle.Of(column.DataPlane, column.Position), [.. points]),
        ];
        return Draw(
            id,
            lines,
            verticalTitle,
            description,
            $"{statistic.ToString().ToLowerInvariant()}: marks are medians across trials, bars reach from the smallest to the largest trial. Both axes are logarithmic.");
    }

    /// <summary>Time from handing the rules to the tool to their being in the kernel. Null without data.</summary>
    public static ReportChart? Programming(IReadOnlyList<ServicesScaled> steps)
    {
        IEnumerable<IGrouping<DataPlane, ProgrammedDataPlane>> dataPlanes = steps.SelectMany(step => step.DataPlanes)
            .Where(each => each.DataPlane != DataPlane.NoRules && each is { ProgrammingNs: > 0, Services: > 0 })
            .GroupBy(each => each.DataPlane)
            .OrderBy(group => group.Key);
        ChartLine[] lines =
        [
            .. from dataPlane in dataPlanes
               let points = from each in dataPlane
                            orderby each.Services
                            let seconds = each.ProgrammingNs / 1e9
                            select new ChartPoint(each.Services, seconds, seconds, seconds)
               select new ChartLine(dataPlane.Key.WireName(), SeriesStyle.Of(dataPlane.Key), [.. points]),
        ];
        return Draw(
            "programming",
            lines,
            "seconds to program",
            "Time to program all Services' rules against the number of Services, by data plane",
            "From handing the rules to the tool to their being in the kernel. Both axes are logarithmic.");
    }

    private static ReportChart? Draw(string id, ChartLine[] lines, string verticalTitle, string description, string caption)
    {
        ChartPoint[] points = [.. lines.SelectMany(line => line.Points)];
        if (points.Length == 0)
        {
            return null;
        }

        // Room on the right: the reader's font may be wider than the one that the legend is measured with.
        PlotModel model = new()
        {
            PlotAreaBorderColor = OxyColors.Gray,
            DefaultFont = "Helvetica",
            DefaultFontSize = 13,
            Padding = new OxyThickness(8, 8, 40, 8),
        };
        model.Axes.Add(Axis(AxisPosition.Bottom, "Services", points.Select(point => point.Services), "#,0"));
        model.Axes.Add(Axis(AxisPosition.Left, verticalTitle, points.SelectMany(point => new[] { point.Least, point.Most }), "#,0.###"));
        model.Legends.Add(new Legend
        {
            LegendPlacement = LegendPlacement.Outside,
            LegendPosition = LegendPosition.RightTop,
            LegendSymbolLength = 42,
            LegendLineSpacing = 7,
        });
        foreach (ChartLine line in lines.Where(line => line.Points.Count > 0))
        {
            model.Series.Add(Spread(line));
            model.Series.Add(Medians(line));
        }

        return new ReportChart(caption, Svg.Draw(model, id, description));
    }

    /// <summary>An axis with two powers of ten on it at least, so that there are labels however little the figures spread.</summary>
    private static LogarithmicAxis Axis(AxisPosition position, string title, IEnumerable<double> values, string format)
    {
        double[] all = [.. values];
        double lowest = Math.Pow(10, Math.Floor(Math.Log10(all.Min())));
        return new LogarithmicAxis
        {
            Position = position,
            Title = title,
            AxisTitleDistance = 14,
            Minimum = lowest / 1.3,
            Maximum = Math.Max(all.Max(), lowest * 10) * 1.3,
            StringFormat = format,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = OxyColor.FromRgb(0xdd, 0xdd, 0xdd),
            MinorGridlineStyle = LineStyle.Solid,
            MinorGridlineColor = OxyColor.FromRgb(0xf2, 0xf2, 0xf2),
        };
    }

    private static LineSeries Medians(ChartLine line)
    {
        LineSeries series = new()
        {
            Title = line.Title,
            Color = line.Style.Color,
            LineStyle = line.Style.Dash,
            MarkerType = line.Style.Marker,
            MarkerSize = line.Style.MarkerSize,
            StrokeThickness = 2,
            MarkerFill = line.Style.Filled ? line.Style.Color : OxyColors.White,
            MarkerStroke = line.Style.Color,
            MarkerStrokeThickness = 1.5,
        };
        series.Points.AddRange(line.Points.Select(point => new DataPoint(point.Services, point.Median)));
        return series;
    }

    /// <summary>A bar for each point: one series whose line is broken between them.</summary>
    private static LineSeries Spread(ChartLine line)
    {
        LineSeries series = new() { Color = line.Style.Color, StrokeThickness = 1.5, LineStyle = LineStyle.Solid, RenderInLegend = false };
        series.Points.AddRange(line.Points.SelectMany(point => new[]
        {
            new DataPoint(point.Services, point.Least), new DataPoint(point.Services, point.Most), DataPoint.Undefined,
        }));
        return series;
    }

    private sealed record ChartLine(string Title, SeriesStyle Style, IReadOnlyList<ChartPoint> Points);

    private sealed record ChartPoint(double Services, double Median, double Least, double Most);
}
