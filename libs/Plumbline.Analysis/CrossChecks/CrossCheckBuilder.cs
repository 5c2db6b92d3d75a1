namespace Plumbline.Analysis.CrossChecks;

/// <summary>Pairs an experiment's cells and compares their differences. The seed decides the resamples.</summary>
internal static class CrossCheckBuilder
{
    public static CrossCheck Build(ExperimentResults results)
    {
        Random random = new(unchecked((int)results.Summary.Spec.Seed));
        TrialFigures figures = TrialFigures.Of(results, [Statistic.P50]);
        IEnumerable<Cell> both = figures.Cells(Statistic.P50).Where(each => each.Stage == Stage.Total)
            .Select(each => each.Cell)
            .Where(cell => figures.Of(cell, Stage.RoundTrip).Length > 0);
        Measured[] cells =
        [
            .. from cell in both.ByDataPlane(cell => cell)
               select new Measured(cell, Resampled(cell, Stage.Total), Resampled(cell, Stage.RoundTrip)),
        ];
        return new CrossCheck
        {
            Pairs =
            [
                .. from index in Enumerable.Range(0, cells.Length)
                   from other in cells.Skip(index + 1)
                   where AreComparable(cells[index].Cell, other.Cell)
                   select PairOf(cells[index], other),
            ],
        };

        ResampledMedian Resampled(Cell cell, Stage stage) => ResampledMedian.Of(figures.Of(cell, stage), random);
    }

    private static bool AreComparable(Cell one, Cell other) =>
        one.DataPlane == other.DataPlane || one.Without(Axes.DataPlane) == other.Without(Axes.DataPlane);

    private static CrossCheckPair PairOf(Measured one, Measured other)
    {
        (Measured from, Measured to) = one.OneWay.Median <= other.OneWay.Median ? (one, other) : (other, one);
        return new CrossCheckPair
        {
            From = from.Cell,
            To = to.Cell,
            OneWayDeltaNs = to.OneWay.Median - from.OneWay.Median,
            RoundTripDeltaNs = to.RoundTrip.Median - from.RoundTrip.Median,
            Interval = Bootstrap.RatioOfDifferences(
                (to.RoundTrip, from.RoundTrip), (to.OneWay, from.OneWay)).Interval,
        };
    }

    /// <summary>A cell with the median of its trials' p50, in ns.</summary>
    private sealed record Measured(Cell Cell, ResampledMedian OneWay, ResampledMedian RoundTrip);
}
