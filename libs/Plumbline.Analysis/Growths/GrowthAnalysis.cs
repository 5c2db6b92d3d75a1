namespace Plumbline.Analysis.Growths;

/// <param name="Trials">Number of Services and p50 in ns of each trial behind the growth.</param>
internal sealed record MeasuredGrowth(
    Growth Growth, LinearGrowth Line, IReadOnlyList<(double Services, double Ns)> Trials);

/// <summary>How p50 grows with Services. Columns measured at only one number of Services are left out.</summary>
internal static class GrowthAnalysis
{
    public static IEnumerable<MeasuredGrowth> Of(TrialFigures figures, int seed) =>
        from each in figures.RuleCells()
        group each.Cell by (Column: each.Cell.Column(), each.Stage) into series
        let trials = Trials(figures, series.Key.Stage, series)
        let line = LinearGrowth.Of(trials, seed)
        where line is not null
        select new MeasuredGrowth(GrowthOf(series.Key.Column, series.Key.Stage, line), line, trials);

    private static (double Services, double Ns)[] Trials(TrialFigures figures, Stage stage, IEnumerable<Cell> cells) =>
        [.. from cell in cells from ns in figures.Of(cell, stage) select ((double)cell.Services, ns)];

    private static Growth GrowthOf(Cell column, Stage stage, LinearGrowth line)
    {
        GrowthVerdict verdict = GrowthJudge.Verdict(line);
        return new Growth
        {
            Cell = column,
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
