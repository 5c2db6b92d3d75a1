namespace Plumbline.Results.Html;

/// <summary>Every plot that an experiment has figures for.</summary>
internal static class AllPlots
{
    public static IEnumerable<Plot> Of(ExperimentResults results)
    {
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(results);
        HeadlineCells? telling = HeadlineCells.Of(analysis);
        Plot?[] all =
        [
            ServicesPlots.Prerouting(analysis, Statistic.P50),
            ServicesPlots.Prerouting(analysis, Statistic.P99),
            telling is null ? null : DistributionPlot.Of(results, telling),
            ServicesPlots.RoundTrip(analysis),
            ScatterPlot.Of(analysis),
            telling is null ? null : PositionPlot.Of(results, analysis, telling),
            ServicesPlots.Programming(results),
        ];
        return all.OfType<Plot>();
    }
}
