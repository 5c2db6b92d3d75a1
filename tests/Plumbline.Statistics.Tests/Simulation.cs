using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace Plumbline.Statistics.Tests;

/// <summary>Draws many samples, the same in every run, and counts.</summary>
internal static class Simulation
{
    /// <summary>What every cell of <see cref="Builds"/> scatters around, in ns.</summary>
    public const double Truth = 2_000;

    /// <summary>Builds differ by 4 %, as measured.</summary>
    public const double Between = 0.04;

    /// <summary>Trials of one build differ by 3 %.</summary>
    public const double Within = 0.03;

    /// <summary>
    /// The share of repetitions for which the predicate is true. Each has its own generator, seeded by its number.
    /// </summary>
    public static double Share(Func<Random, bool> isSo, int repetitions = 4_000) =>
        Enumerable.Range(1, repetitions).Count(seed => isSo(new Random(seed))) / (double)repetitions;

    /// <summary>The trials of each build.</summary>
    public static double[][] Builds(Random random, int builds, int trials, double truth = Truth) =>
    [
        .. Enumerable.Range(0, builds).Select(_ =>
        {
            double build = truth * Factor(random, Between);
            return Enumerable.Range(0, trials).Select(_ => build * Factor(random, Within)).ToArray();
        }),
    ];

    /// <summary>The figure of each build.</summary>
    public static double[] Medians(double[][] builds) => [.. builds.Select(trials => trials.Median())];

    /// <summary>A factor around 1 whose logarithm has that standard deviation.</summary>
    public static double Factor(Random random, double deviation) => Math.Exp(Normal.Sample(random, 0, deviation));

    /// <summary>Curves in which every point is a build of its own.</summary>
    public static BuildCurves Curves(
        Func<double, double> latency, IReadOnlyList<double> sizes, int builds, Random random, double deviation) =>
        BuildCurves.Of(
            from build in Enumerable.Range(0, builds)
            from size in sizes
            select (build, size, latency(size) * Factor(random, deviation)))!;
}
