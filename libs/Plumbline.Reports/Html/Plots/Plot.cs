using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using Axis = OxyPlot.Axes.Axis;

namespace Plumbline.Reports.Html.Plots;

/// <summary>A drawing, for the page and for files.</summary>
/// <param name="Id">Names the plot in the page and in file names.</param>
/// <param name="Description">What it shows, for readers who cannot see it.</param>
internal sealed record Plot(string Id, string Description, string Caption, PlotModel Model)
{
    /// <summary>The plotted figures; null where a table of the same section has them.</summary>
    public ReportTable? Data { get; init; }

    /// <summary>Draws points and lines between two axes. Null without any point.</summary>
    public static Plot? Of(
        string id, string description, string caption, Axis horizontal, Axis vertical, IEnumerable<PlotLine> lines)
    {
        PlotLine[] drawn = [.. lines.Where(line => line.Points.Count > 0)];
        if (drawn.Length == 0)
        {
            return null;
        }

        PlotModel model = new() { PlotAreaBorderColor = OxyColors.Gray, DefaultFont = "Helvetica" };
        model.Axes.Add(horizontal);
        model.Axes.Add(vertical);
        model.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendSymbolLength = 42 });
        foreach (PlotLine line in drawn)
        {
            model.Series.Add(line.Bars());
        }

        foreach (PlotLine line in drawn)
        {
            model.Series.Add(line.Line());
        }

        return new Plot(id, description, caption, model);
    }
}
