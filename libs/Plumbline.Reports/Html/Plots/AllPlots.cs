namespace Plumbline.Reports.Html.Plots;

/// <summary>Every plot that an experiment has figures for.</summary>
internal static class AllPlots
{
    public static IEnumerable<Plot> Of(ExperimentResults results)
    {
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(results);
        HeadlineCells? headline = HeadlineCells.Of(analysis);
        Plot?[] all =
        [
            .. Headlines.Drawn.Select(statistic => ServicesPlots.Prerouting(analysis, statistic)),
            headline is null ? null : DistributionPlot.Of(results, headline),
            ServicesPlots.RoundTrip(analysis),
            ScatterPlot.Of(analysis),
            headline is null ? null : PositionPlot.Of(results, analysis, headline),
            ServicesPlots.Programming(results, analysis),
        ];
        return all.OfType<Plot>();
    }
}
