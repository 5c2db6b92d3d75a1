using MathNet.Numerics.Statistics;

namespace Plumbline.Statistics;

/// <summary>
/// A quantity against a size, as each build round measured it. A round has one build of every size, so a figure of the
/// whole curve can be computed once in each round.
/// </summary>
public sealed class BuildCurves
{
    private BuildCurves(double[] sizes, double[][] rounds)
    {
        (Sizes, Rounds) = (sizes, rounds);
        Means = [.. sizes.Select((_, index) => rounds.Average(round => round[index]))];
    }

    /// <summary>Standard deviation of an error that all values share, as a share of them.</summary>
    public double RelativeError { get; init; }

    /// <summary>Ascending.</summary>
    public IReadOnlyList<double> Sizes { get; }

    /// <summary>For each round, the value at each size.</summary>
    public IReadOnlyList<double[]> Rounds { get; }

    /// <summary>Mean over rounds at each size.</summary>
    public double[] Means { get; }

    /// <summary>
    /// Uses the sizes that have enough builds for an interval, and of them the rounds that have all. Where no two sizes
    /// have enough, uses the sizes of the fullest round.
    /// </summary>
    /// <param name="relativeError">As in <see cref="RelativeError"/>.</param>
    /// <returns>Null with fewer than two sizes.</returns>
    public static BuildCurves? Of(
        IEnumerable<(int Build, double Size, double Value)> points, double relativeError = 0)
    {
        Dictionary<double, double>[] rounds =
        [
            .. from point in points
               group point by point.Build into round
               orderby round.Key
               select round.GroupBy(point => point.Size, point => point.Value)
                   .ToDictionary(size => size.Key, size => size.Median()),
        ];
        double[] sizes =
        [
            .. rounds.SelectMany(round => round.Keys).CountBy(size => size)
                .Where(size => size.Value >= Replications.FewestBuilds)
                .Select(size => size.Key),
        ];
        if (sizes.Length < 2 || !rounds.Any(HasAll))
        {
            sizes = [.. rounds.MaxBy(round => round.Count)?.Keys ?? Enumerable.Empty<double>()];
        }

        Array.Sort(sizes);
        return sizes.Length < 2
            ? null
            : new BuildCurves(sizes, [.. rounds.Where(HasAll).Select(round => Array.ConvertAll(sizes, At(round)))])
            {
                RelativeError = relativeError,
            };

        bool HasAll(Dictionary<double, double> round) => sizes.All(round.ContainsKey);

        static Converter<double, double> At(Dictionary<double, double> round) => size => round[size];
    }

    /// <summary>A figure that can be 0 or negative, computed within each round.</summary>
    public Estimate Mean(Func<double[], double> figure) =>
        Replications.Mean([.. Rounds.Select(figure)], RelativeError);

    /// <summary>
    /// From which size on the curve, straight between the sizes, stays at or above a level. The interval is null where
    /// a round has no such size between the smallest and the largest.
    /// </summary>
    /// <returns>Null where the mean curve ends below it; the smallest size where it is never below.</returns>
    public Estimate? StaysAbove(double level)
    {
        double?[] each = [.. Rounds.Select(round => StaysAbove(round, level))];
        return StaysAbove(Means, level) is not { } mean ? null
            : mean > Sizes[0] && each.All(size => size > Sizes[0])
                ? Replications.GeometricMean([.. each.Select(size => size!.Value)], RelativeError)
                : new Estimate(mean, null, Rounds.Count);
    }

    private double? StaysAbove(double[] values, double level)
    {
        int below = Array.FindLastIndex(values, value => value < level);
        if (below < 0 || below == values.Length - 1)
        {
            return below < 0 ? Sizes[0] : null;
        }

        double share = (level - values[below]) / (values[below + 1] - values[below]);
        return Sizes[below] + share * (Sizes[below + 1] - Sizes[below]);
    }
}
