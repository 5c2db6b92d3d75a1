using MathNet.Numerics.Statistics;
using Plumbline.Contracts;
using Plumbline.Statistics;
using Plumbline.Store;

namespace Plumbline.Analysis.CrossChecks;

/// <summary>Pairs an experiment's cells and compares their differences. The seed decides the resamples.</summary>
internal static class CrossCheckBuilder
{
    public static CrossCheck Build(ExperimentResults results)
    {
        int seed = unchecked((int)results.Summary.Spec.Seed);
        TrialFigures figures = TrialFigures.Of(results, [Statistic.P50]);
        Measured[] cells =
        [
            .. from each in figures.Cells(Statistic.P50)
               where each.Stage == Stage.Total
               let measured = new Measured(each.Cell, figures)
               where measured.RoundTrip.Length > 0
               select measured,
        ];
        cells = [.. cells.ByDataPlane(each => each.Cell)];
        return new CrossCheck
        {
            Pairs =
            [
                .. from index in Enumerable.Range(0, cells.Length)
                   from other in cells.Skip(index + 1)
                   where AreComparable(cells[index].Cell, other.Cell)
                   select PairOf(cells[index], other, seed),
            ],
        };
    }

    private static bool AreComparable(Cell one, Cell other) =>
        one.DataPlane == other.DataPlane || one.Without(Axes.DataPlane) == other.Without(Axes.DataPlane);

    private static CrossCheckPair PairOf(Measured one, Measured other, int seed)
    {
        (Measured from, Measured to) = one.OneWay.Median() <= other.OneWay.Median() ? (one, other) : (other, one);
        Estimate ratio = Bootstrap.RatioOfDifferences(
            (to.RoundTrip, from.RoundTrip), (to.OneWay, from.OneWay), seed);
        return new CrossCheckPair
        {
            From = from.Cell,
            To = to.Cell,
            OneWayDeltaNs = to.OneWay.Median() - from.OneWay.Median(),
            RoundTripDeltaNs = to.RoundTrip.Median() - from.RoundTrip.Median(),
            Interval = ratio.Interval,
        };
    }

    /// <summary>A cell with its trials' p50 in ns.</summary>
    private sealed record Measured(Cell Cell, double[] OneWay, double[] RoundTrip)
    {
        public Measured(Cell cell, TrialFigures figures)
            : this(cell, figures.Of(cell, Stage.Total), figures.Of(cell, Stage.RoundTrip))
        {
        }
    }
}
