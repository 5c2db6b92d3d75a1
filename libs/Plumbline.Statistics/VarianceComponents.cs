using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace Plumbline.Statistics;

/// <summary>
/// How much of the spread is between builds and how much within them: analysis of variance of logarithms with one
/// random factor, for equal and unequal numbers of trials (Searle, Casella and McCulloch 1992, chapter 3).
/// </summary>
/// <param name="Between">
/// Standard deviation between builds, of logarithms: 0.04 is about 4 %. A negative estimate of its square is 0.
/// </param>
/// <param name="Within">
/// Standard deviation of trials within a build. Null with one trial for each build; <paramref name="Between"/> then
/// contains it.
/// </param>
/// <param name="TrialsOfBuild">Trials of a build, on average.</param>
public sealed record VarianceComponents(double Between, double? Within, double TrialsOfBuild)
{
    /// <summary>Standard deviation of a build's figure, which is made of its trials.</summary>
    public double OfBuild => Math.Sqrt(Between * Between + (Within ?? 0) * (Within ?? 0) / TrialsOfBuild);

    /// <param name="builds">The trials of each build, which has at least one.</param>
    /// <returns>
    /// Null with fewer than <see cref="Replications.FewestBuilds"/> builds, or if a value is not above 0.
    /// </returns>
    public static VarianceComponents? Of(IEnumerable<IReadOnlyList<double>> builds)
    {
        double[][] logs = [.. builds.Select(trials => trials.Select(value => Math.Log(value)).ToArray())];
        if (logs.Length < Replications.FewestBuilds || !logs.All(trials => trials.All(double.IsFinite)))
        {
            return null;
        }

        double trials = logs.Sum(each => each.Length);
        double mean = logs.SelectMany(each => each).Mean();
        double between = logs.Sum(each => each.Length * Math.Pow(each.Mean() - mean, 2)) / (logs.Length - 1);
        double freedom = trials - logs.Length;
        double? within = freedom > 0 ? logs.Sum(SquaresWithin) / freedom : null;
        double share = (trials - logs.Sum(each => each.Length * each.Length) / trials) / (logs.Length - 1);
        return new VarianceComponents(
            Math.Sqrt(Math.Max(0, (between - (within ?? 0)) / share)),
            within is { } known ? Math.Sqrt(known) : null,
            trials / logs.Length);

        static double SquaresWithin(double[] each) => each.Sum(log => Math.Pow(log - each.Mean(), 2));
    }

    /// <summary>
    /// The fewest builds whose Student's t interval has at most this half width, if they vary like these.
    /// </summary>
    /// <param name="relative">As a share of the figure: 0.05 is ±5 %.</param>
    public int BuildsNeeded(double relative)
    {
        double half = Math.Log(1 + relative);
        double normal = Math.Pow(Normal.InvCDF(0, 1, (1 + Interval.Level) / 2) * OfBuild / half, 2);
        int builds = (int)Math.Clamp(Math.Floor(normal), Replications.FewestBuilds, int.MaxValue / 2);
        while (SampleMean.Quantile(builds - 1) * OfBuild / Math.Sqrt(builds) > half)
        {
            builds++;
        }

        return builds;
    }
}
