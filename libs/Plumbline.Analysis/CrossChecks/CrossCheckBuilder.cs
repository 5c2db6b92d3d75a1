using MathNet.Numerics.Statistics;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>Pairs an experiment's cells and compares their differences. Pure: the same results give the same intervals.</summary>
internal static class CrossCheckBuilder
{
    private const int Resamples = 2_000;

    private const double TailShare = 0.025;

    public static CrossCheck Build(ExperimentResults results)
    {
        Random random = new((int)results.Summary.Spec.Seed);
        ILookup<(CrossCheckCell Cell, Stage Stage), double> p50s = P50s(results);
        Measured[] cells =
        [
            .. from cell in p50s.Select(each => each.Key.Cell).Distinct()
               where p50s.Contains((cell, Stage.Total)) && p50s.Contains((cell, Stage.RoundTrip))
               orderby cell.DataPlane, cell.Services, cell.Position
               select new Measured(cell, Of(cell, Stage.Total), Of(cell, Stage.RoundTrip)),
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

        Medians Of(CrossCheckCell cell, Stage stage) => Medians.Of([.. p50s[(cell, stage)]], random);
    }

    private static ILookup<(CrossCheckCell Cell, Stage Stage), double> P50s(ExperimentResults results) => (
        from attempt in results.OfOneMachine().AcceptedAttempts()
        let trial = attempt.Trial
        where trial.Cell.DataPlane != DataPlane.NoRules
        from latency in attempt.Latencies
        where latency is { Stage: Stage.Total or Stage.RoundTrip, P50Ns: not null }
        select (Cell: new CrossCheckCell(trial.Cell.DataPlane, trial.Cell.Services, trial.Cell.Position), latency.Stage, P50Ns: latency.P50Ns!.Value))
        .ToLookup(each => (each.Cell, each.Stage), each => each.P50Ns);

    private static bool AreComparable(CrossCheckCell one, CrossCheckCell other) =>
        one.DataPlane == other.DataPlane || (one.Services == other.Services && one.Position == other.Position);

    private static CrossCheckPair PairOf(Measured one, Measured other)
    {
        (Measured from, Measured to) = one.OneWay.Median <= other.OneWay.Median ? (one, other) : (other, one);
        return new CrossCheckPair
        {
            From = from.Cell,
            To = to.Cell,
            OneWayDeltaNs = to.OneWay.Median - from.OneWay.Median,
            RoundTripDeltaNs = to.RoundTrip.Median - from.RoundTrip.Median,
            Interval = IntervalOf(from, to),
        };
    }

    private static RatioInterval? IntervalOf(Measured from, Measured to)
    {
        if (new[] { from.OneWay, from.RoundTrip, to.OneWay, to.RoundTrip }.Any(medians => medians.Resampled.Length == 0))
        {
            return null;
        }

        double[] ratios = new double[Resamples];
        for (int index = 0; index < Resamples; index++)
        {
            ratios[index] = (to.RoundTrip.Resampled[index] - from.RoundTrip.Resampled[index])
                / (to.OneWay.Resampled[index] - from.OneWay.Resampled[index]);
        }

        // A resample without a one-way difference has no ratio; leaving it out would make the interval too narrow.
        if (!ratios.All(double.IsFinite))
        {
            return null;
        }

        Array.Sort(ratios);
        return new RatioInterval(
            SortedArrayStatistics.Quantile(ratios, TailShare), SortedArrayStatistics.Quantile(ratios, 1 - TailShare));
    }

    private sealed record Measured(CrossCheckCell Cell, Medians OneWay, Medians RoundTrip);

    /// <param name="Resampled">
    /// The medians of as many trials drawn with replacement, again and again. Drawn once for each cell and probe, and combined
    /// by their index for every pair. Empty with fewer than two trials.
    /// </param>
    private sealed record Medians(double Median, double[] Resampled)
    {
        public static Medians Of(double[] trials, Random random)
        {
            if (trials.Length < 2)
            {
                return new Medians(trials[0], []);
            }

            double[] resampled = new double[Resamples];
            double[] drawn = new double[trials.Length];
            for (int index = 0; index < Resamples; index++)
            {
                for (int trial = 0; trial < drawn.Length; trial++)
                {
                    drawn[trial] = trials[random.Next(trials.Length)];
                }

                resampled[index] = ArrayStatistics.MedianInplace(drawn);
            }

            return new Medians(trials.Median(), resampled);
        }
    }
}
