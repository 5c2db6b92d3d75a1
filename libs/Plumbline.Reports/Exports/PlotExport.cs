using Plumbline.Reports.Html.Plots;

namespace Plumbline.Reports.Exports;

/// <summary>The report's plots as files, for slides and papers.</summary>
public static class PlotExport
{
    /// <summary>Writes each plot as <c>.svg</c> into the folder, which is made when it is missing.</summary>
    /// <returns>The files' paths.</returns>
    public static IReadOnlyList<string> Write(ExperimentResults results, string folder)
    {
        Directory.CreateDirectory(folder);
        List<string> paths = [];
        foreach (Plot plot in AllPlots.Of(results))
        {
            paths.Add(Path.Combine(folder, $"{ReportName.Of(results)}.{plot.Id}.svg"));
            File.WriteAllText(paths[^1], Svg.Document(plot));
        }

        return paths;
    }
}
