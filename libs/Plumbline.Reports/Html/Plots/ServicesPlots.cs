using OxyPlot.Axes;
using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>Plots against the number of Services, both axes logarithmic.</summary>
internal static class ServicesPlots
{
    /// <summary>A statistic of PREROUTING. Null without data; so are the others.</summary>
    public static Plot? Prerouting(ExperimentAnalysis analysis, Statistic statistic)
    {
        string name = statistic.ToString().ToLowerInvariant();
        return Latency(
            analysis, Stage.Prerouting, statistic, name, $"µs in PREROUTING ({name})",
            $"Time of a first packet in PREROUTING ({name}) against the number of Services, by data plane and position of its rule");
    }

    public static Plot? RoundTrip(ExperimentAnalysis analysis) => Latency(
        analysis, Stage.RoundTrip, Statistic.P50, "round-trip", "µs round trip (p50)",
        "Round trip of a first packet's probe (p50) against the number of Services, by data plane and position of its rule");

    /// <summary>Time until the rules were in the kernel.</summary>
    public static Plot? Programming(ExperimentResults results)
    {
        PlotLine[] lines =
        [
            .. from each in results.Steps.SelectMany(step => step.DataPlanes)
               where each.DataPlane != DataPlane.NoRules && each is { ProgrammingNs: > 0, Services: > 0 }
               orderby each.Services
               group each by each.DataPlane into dataPlane
               orderby dataPlane.Key
               select new PlotLine(
                   dataPlane.Key.WireName(),
                   SeriesStyle.Of(dataPlane.Key),
                   [.. dataPlane.Select(each => PlotPoint.Exact(each.Services, each.ProgrammingNs / 1e9))]),
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
        ExperimentAnalysis analysis, Stage stage, Statistic statistic, string id, string verticalTitle, string description)
    {
        CellEstimate[] cells = [.. analysis.Cells.Where(cell => cell.Stage == stage && cell.Statistic == statistic && cell.Ns.Value > 0)];
        Position[] positions = [.. cells.Select(cell => cell.Column.Position).Distinct().Order()];
        Position[] drawn = Drawn(positions);
        PlotLine[] lines =
        [
            .. from cell in cells
               where drawn.Contains(cell.Column.Position)
               group cell by cell.Column into column
               orderby column.Key.DataPlane, column.Key.Position
               let points = column.OrderBy(cell => cell.Services).Select(cell => PlotPoint.Microseconds(cell.Services, cell.Ns))
               select new PlotLine(Figures.Column(column.Key), SeriesStyle.Of(column.Key.DataPlane, column.Key.Position), [.. points]),
        ];
        string others = drawn.Length < positions.Length ? " The positions between are in the tables and in the plot by position." : "";
        return Plot.Of(
            id,
            description,
            $"{statistic.ToString().ToLowerInvariant()}: marks are medians across trials, bars their 95 % intervals (often narrower than the mark). Both axes are logarithmic.{others}",
            PlotAxes.Logarithmic(AxisPosition.Bottom, "Services", PlotPoint.Places(lines)),
            PlotAxes.Logarithmic(AxisPosition.Left, verticalTitle, PlotPoint.Heights(lines)),
            lines);
    }

    /// <summary>More than three lines of a data plane cannot be told apart: its bounds and what real traffic meets are enough.</summary>
    /// <param name="positions">All that there are figures of, in order.</param>
    public static Position[] Drawn(Position[] positions) => positions.Length <= 3
        ? positions
        : [.. positions.Where(position => position == positions[0] || position == Position.Last || position == positions[^1])];
}
