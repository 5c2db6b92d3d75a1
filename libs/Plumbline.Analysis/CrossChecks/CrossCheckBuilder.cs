namespace Plumbline.Analysis.CrossChecks;

/// <summary>Pairs an experiment's cells and compares their differences, build by build.</summary>
internal static class CrossCheckBuilder
{
    public static CrossCheck Build(ExperimentResults results)
    {
        TrialFigures figures = TrialFigures.Of(results, [Statistic.P50]);
        Measured[] cells =
        [
            .. from each in figures.Cells(Statistic.P50).ByDataPlane(each => each.Cell)
               where each.Stage == Stage.Total
               let builds = BuildsOf(figures, each.Cell)
               where builds.Count > 0
               select new Measured(each.Cell, builds),
        ];
        return new CrossCheck
        {
            Pairs =
            [
                .. from index in Enumerable.Range(0, cells.Length)
                   from other in cells.Skip(index + 1)
                   where AreComparable(cells[index].Cell, other.Cell)
                   let builds = cells[index].Builds.Keys.Where(other.Builds.ContainsKey).ToArray()
                   where builds.Length > 0
                   select PairOf(cells[index], other, builds, figures.SpeedError),
            ],
        };
    }

    private static bool AreComparable(Cell one, Cell other) =>
        (one.Protocol, one.Cache) == (other.Protocol, other.Cache)
        && (one.DataPlane == other.DataPlane || one.Without(Axes.DataPlane) == other.Without(Axes.DataPlane));

    private static CrossCheckPair PairOf(Measured one, Measured other, int[] builds, double speedError)
    {
        bool isOtherSlower = builds.Sum(build => other.Builds[build].OneWay - one.Builds[build].OneWay) >= 0;
        (Measured faster, Measured slower) = isOtherSlower ? (one, other) : (other, one);
        (double OneWay, double RoundTrip)[] deltas =
        [
            .. from build in builds
               let more = slower.Builds[build]
               let less = faster.Builds[build]
               select (more.OneWay - less.OneWay, more.RoundTrip - less.RoundTrip),
        ];
        return new CrossCheckPair
        {
            From = faster.Cell,
            To = slower.Cell,
            OneWayDeltaNs = deltas.Average(delta => delta.OneWay),
            RoundTripDeltaNs = deltas.Average(delta => delta.RoundTrip),
            RatioOfBuilds = RatioOf(deltas, speedError),
        };
    }

    /// <summary>
    /// Null where a build's packets did not differ one-way. The logarithm needs round trips that differ the same way;
    /// where a build's do not, its ratio is averaged as it is.
    /// </summary>
    private static Estimate? RatioOf((double OneWay, double RoundTrip)[] deltas, double speedError)
    {
        double[] ratios = [.. deltas.Select(delta => delta.RoundTrip / delta.OneWay)];
        return deltas.Any(delta => delta.OneWay <= 0) ? null
            : ratios.All(ratio => ratio > 0) ? Replications.GeometricMean(ratios, speedError)
            : Replications.Mean(ratios, speedError);
    }

    private static IReadOnlyDictionary<int, (double OneWay, double RoundTrip)> BuildsOf(
        TrialFigures figures, Cell cell) =>
        figures.Of(cell, Stage.Total).Medians.Join(
            figures.Of(cell, Stage.RoundTrip).Medians,
            oneWay => oneWay.Build,
            roundTrip => roundTrip.Build,
            (oneWay, roundTrip) => (oneWay.Build, (oneWay.Value, roundTrip.Value)))
            .ToDictionary(build => build.Build, build => build.Item2);

    /// <summary>A cell with the p50 of each build, in ns.</summary>
    private sealed record Measured(Cell Cell, IReadOnlyDictionary<int, (double OneWay, double RoundTrip)> Builds);
}
