using OxyPlot;
using OxyPlot.Series;
using OxyPlot.SkiaSharp;
using Plumbline.Results.Html;
using SkiaSharp;

namespace Plumbline.Results;

/// <summary>The report's plots as files of their own, for slides and papers.</summary>
public static class PlotExport
{
    /// <summary>
    /// Writes each plot as <c>.svg</c> and <c>.png</c> into the folder, which is made when it is missing. Without any font
    /// on the machine there are no <c>.png</c>, because they would have no words.
    /// </summary>
    /// <returns>The files' paths.</returns>
    public static IReadOnlyList<string> Write(ExperimentResults results, string folder)
    {
        Directory.CreateDirectory(folder);
        List<string> paths = [];
        string start = Path.Combine(folder, ReportName.Of(results));
        foreach (Plot plot in AllPlots.Of(results))
        {
            paths.Add($"{start}.{plot.Id}.svg");
            File.WriteAllText(paths[^1], Svg.Document(plot));
            if (SKFontManager.Default.FontFamilyCount > 0)
            {
                paths.Add($"{start}.{plot.Id}.png");
                WritePng(plot, paths[^1]);
            }
        }

        return paths;
    }

    /// <summary>Twice as fine as the page's, for print.</summary>
    private static void WritePng(Plot plot, string path)
    {
        PlotSize.Wide.Apply(plot.Model);
        plot.Model.Background = OxyColors.White;
        foreach (LineSeries line in plot.Model.Series.OfType<LineSeries>())
        {
            // Skia counts dashes in widths of the line, which is 2.
            line.Dashes = line.Dashes?.Select(dash => dash / 2).ToArray();
        }

        // Shaping would need HarfBuzz, and nothing here is written in a script that has it.
        OxyPlot.SkiaSharp.PngExporter exporter = new() { Width = 2 * PlotSize.Wide.Width, Height = 2 * PlotSize.Wide.Height, Dpi = 192, UseTextShaping = false };
        using FileStream file = File.Create(path);
        exporter.Export(plot.Model, file);
    }
}
