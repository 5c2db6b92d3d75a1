using MathNet.Numerics.Distributions;

namespace Plumbline.Statistics.Tests;

/// <summary>Draws many samples, the same in every run, and counts.</summary>
internal static class Simulation
{
    public const int Repetitions = 1_000;

    /// <summary>
    /// The share of repetitions for which the predicate is true. Each has its own generator, seeded by its number.
    /// </summary>
    public static double Share(Func<Random, int, bool> isSo, int repetitions = Repetitions) =>
        Enumerable.Range(1, repetitions).Count(seed => isSo(new Random(seed), seed)) / (double)repetitions;

    /// <summary>
    /// How far chance alone can lower a share measured in so many repetitions: three standard errors, which one run in
    /// 700 exceeds. The seeds are fixed, so a test that passes once passes always.
    /// </summary>
    public static double Chance(double share, int repetitions = Repetitions) =>
        3 * Math.Sqrt(share * (1 - share) / repetitions);

    public static double[] Sample(Population population, int size, Random random) =>
        [.. Enumerable.Range(0, size).Select(_ => population.Draw(random))];
}

/// <summary>A distribution with a known median.</summary>
internal sealed record Population(string Name, double Median, Func<Random, double> Draw)
{
    /// <summary>Like quiet trials of a constant latency: 2 µs ± 100 ns.</summary>
    public static readonly Population OfNormal = new("normal", 2_000, random => Normal.Sample(random, 2_000, 100));

    /// <summary>A tail to the right, like disturbed trials.</summary>
    public static readonly Population OfLogNormal = new(
        "lognormal", 2_000, random => 2_000 * LogNormal.Sample(random, 0, 0.5));

    public static readonly Population OfExponential = new(
        "exponential", 2_000 * Math.Log(2), random => Exponential.Sample(random, 1 / 2_000.0));

    public static Population Of(string name) =>
        new[] { OfNormal, OfLogNormal, OfExponential }.Single(population => population.Name == name);
}
