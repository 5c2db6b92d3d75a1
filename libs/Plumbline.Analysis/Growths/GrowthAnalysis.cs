using Plumbline.Statistics;

namespace Plumbline.Results;

/// <param name="Trials">Number of Services and p50 of each trial that the growth rests on.</param>
internal sealed record MeasuredGrowth(Growth Growth, LinearGrowth Line, IReadOnlyList<(double Services, double Ns)> Trials);

/// <summary>How p50 grows with Services. Nothing of a column that was measured at one number of Services alone.</summary>
internal static class GrowthAnalysis
{
    public static IEnumerable<MeasuredGrowth> Of(TrialFigures figures, int seed) =>
        from cell in figures.RuleCells()
        group cell by (cell.Column, cell.Stage) into series
        let trials = series.SelectMany(cell => figures.Of(cell).Select(ns => ((double)cell.Services, ns))).ToArray()
        let line = LinearGrowth.Of(trials, seed)
        where line is not null
        select new MeasuredGrowth(GrowthOf(series.Key.Column, series.Key.Stage, line), line, trials);

    private static Growth GrowthOf(ComparisonColumn column, Contracts.Stage stage, LinearGrowth line)
    {
        GrowthVerdict verdict = GrowthJudge.Verdict(line);
        return new Growth
        {
            Column = column,
            Stage = stage,
            Verdict = verdict,
            SlopeNsPerService = line.Slope,
            InterceptNs = line.Line.Intercept,
            LinearOverConstant = line.LinearOverConstant,
            FewestServices = (int)line.Smallest,
            MostServices = (int)line.Largest,
            Words = GrowthText.Of(column, verdict, line.Slope),
        };
    }
}
