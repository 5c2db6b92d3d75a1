using OxyPlot;
using OxyPlot.Legends;

namespace Plumbline.Reports.Html.Plots;

/// <summary>How large a plot is drawn, in pixels, and where its legend goes.</summary>
internal sealed record PlotSize(int Width, int Height, double FontSize, LegendPosition Legend)
{
    public static readonly PlotSize Wide = new(860, 440, 13, LegendPosition.RightTop);

    public void Apply(PlotModel model)
    {
        bool beside = Legend == LegendPosition.RightTop;
        model.DefaultFontSize = FontSize;
        // Room on the right: the reader's font may be wider than the one that the legend is measured with.
        model.Padding = new OxyThickness(4, 8, beside ? 56 : 12, 8);
        foreach (LegendBase legend in model.Legends)
        {
            legend.LegendPosition = Legend;
            legend.LegendOrientation = LegendOrientation.Vertical;
            legend.LegendFontSize = FontSize;
            legend.LegendLineSpacing = beside ? 7 : 3;
        }

        model.InvalidatePlot(true);
    }
}
