using OxyPlot.Axes;

namespace Plumbline.Reports.Html.Plots;

/// <summary>Plots against the number of Services, both axes logarithmic.</summary>
internal static class ServicesPlots
{
    /// <summary>A statistic of PREROUTING. Null without data, like the others.</summary>
    public static Plot? Prerouting(ExperimentAnalysis analysis, Statistic statistic) => Latency(
        analysis,
        Stage.Prerouting,
        statistic,
        statistic.Name(),
        $"µs in PREROUTING ({statistic.Name()})",
        $"Time of a first packet in PREROUTING ({statistic.Name()})");

    public static Plot? RoundTrip(ExperimentAnalysis analysis) => Latency(
        analysis,
        Stage.RoundTrip,
        Statistic.P50,
        "round-trip",
        "µs round trip (p50)",
        "Round trip of a first packet (p50)");

    /// <summary>Time until the rules were in the kernel.</summary>
    public static Plot? Programming(ExperimentResults results, ExperimentAnalysis analysis)
    {
        PlotLine[] lines =
        [
            .. from each in analysis.Programming
               select new PlotLine(
                   CellText.Column(each.Cell),
                   SeriesStyle.Of(each.Cell),
                   [.. each.Times.Select(time => PlotPoint.Of(time.Services, time.Seconds))]),
        ];
        return Plot.Of(
            "programming",
            "Time to program all Services' rules against the number of Services, by data plane",
            $"{NodeText.Programming(results)} Both axes are logarithmic.",
            PlotAxes.Logarithmic(AxisPosition.Bottom, "Services", PlotPoint.Places(lines)),
            PlotAxes.Logarithmic(AxisPosition.Left, "seconds to program", PlotPoint.Heights(lines)),
            lines);
    }

    private static Plot? Latency(
        ExperimentAnalysis analysis, Stage stage, Statistic statistic, string id, string verticalTitle, string what)
    {
        CellEstimate[] cells =
        [
            .. from cell in analysis.Cells
               where cell.Stage == stage && cell.Statistic == statistic && cell.Ns.Value > 0
               select cell,
        ];
        Position[] positions = [.. cells.Select(cell => cell.Cell.Position).Distinct().Order()];
        IReadOnlyList<Position> drawn = Headlines.DrawnOf(positions);
        PlotLine[] lines =
        [
            .. from cell in cells
               where drawn.Contains(cell.Cell.Position)
               orderby cell.Cell
               group PlotPoint.Microseconds(cell.Cell.Services, cell.Ns) by cell.Cell.Column() into column
               select new PlotLine(CellText.Column(column.Key), SeriesStyle.Of(column.Key), [.. column]),
        ];
        string others = drawn.Count < positions.Length
            ? " The positions between are in the tables and in the plot by position."
            : "";
        return Plot.Of(
            id,
            $"{what} against the number of Services, by data plane and position of its rule",
            $"{statistic.Name()}: marks are means over builds, bars their 95 % intervals (often narrower than the "
                + $"mark). Both axes are logarithmic.{others}",
            PlotAxes.Logarithmic(AxisPosition.Bottom, "Services", PlotPoint.Places(lines)),
            PlotAxes.Logarithmic(AxisPosition.Left, verticalTitle, PlotPoint.Heights(lines)),
            lines);
    }
}
