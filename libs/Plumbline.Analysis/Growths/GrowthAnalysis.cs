namespace Plumbline.Analysis.Growths;

/// <param name="Points">The p50 in ns of each build and number of Services.</param>
/// <param name="SpeedError"><inheritdoc cref="TrialFigures.SpeedError" path="/summary"/></param>
internal sealed record MeasuredGrowth(
    Growth Growth, IReadOnlyList<(int Build, double Services, double Ns)> Points, double SpeedError);

/// <summary>How p50 grows with Services. Columns measured at only one number of Services are left out.</summary>
internal static class GrowthAnalysis
{
    public static IEnumerable<MeasuredGrowth> Of(TrialFigures figures) =>
        from each in figures.RuleCells()
        group each.Cell by (Column: each.Cell.Column(), each.Stage) into series
        let points = Points(figures, series.Key.Stage, series)
        let curves = BuildCurves.Of(points, figures.SpeedError)
        where curves is not null
        let growth = GrowthOf(series.Key.Column, series.Key.Stage, LinearGrowth.Of(curves))
        select new MeasuredGrowth(growth, points, figures.SpeedError);

    private static (int Build, double Services, double Ns)[] Points(
        TrialFigures figures, Stage stage, IEnumerable<Cell> cells) =>
    [
        .. from cell in cells
           from build in figures.Of(cell, stage).Medians
           select (build.Build, (double)cell.Services, build.Value),
    ];

    private static Growth GrowthOf(Cell column, Stage stage, LinearGrowth line)
    {
        (GrowthVerdict verdict, string words) = GrowthJudge.Judge(line);
        GrowthKnee? knee = verdict == GrowthVerdict.Linear && line.Knee is { } found
            ? new GrowthKnee((int)found.Size, found.Before, found.Beyond)
            : null;
        return new Growth
        {
            Cell = column,
            Stage = stage,
            Verdict = verdict,
            SlopeNsPerService = line.Slope,
            InterceptNs = line.Line.Intercept,
            Sections =
                [.. line.LocalSlopes.Select(each => new GrowthSection((int)each.From, (int)each.To, each.Slope))],
            Knee = knee,
            FewestServices = (int)line.Smallest,
            MostServices = (int)line.Largest,
            Words = GrowthText.Of(column, words, line.Slope, knee),
        };
    }
}
