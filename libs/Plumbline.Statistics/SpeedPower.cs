namespace Plumbline.Statistics;

/// <summary>
/// With which power of the machine's speed a figure changes, as its builds show it. Not everything slows down as the
/// machine does: memory may keep its speed while the processor does not. This is a regression of the figure's
/// logarithm on the machine's. Before a build is seen, its slope is 1 give or take <see cref="PriorError"/>. So the
/// slope is a random coefficient, and this is its best linear prediction (Searle, Casella and McCulloch 1992,
/// chapter 7).
/// </summary>
/// <param name="Excess">The power minus 1: 0 where the figure changes as the machine does.</param>
/// <param name="Error">Standard deviation of the excess.</param>
public readonly record struct SpeedPower(double Excess, double Error)
{
    /// <summary>
    /// Measured, between fast and slow minutes of a virtual machine: 0.5 for long lists of iptables-legacy, 1.4 for
    /// those of iptables-nft, about 1 for the rest.
    /// </summary>
    public const double PriorError = 0.35;

    /// <summary>
    /// Standard deviation of builds' logarithms at one speed, as measured in most cells. It counts like this many
    /// degrees of freedom (Smyth 2004, moderated variances): four builds that happen to lie on a line prove no power.
    /// </summary>
    private const double UsualSpread = 0.08;

    private const double PriorFreedom = 4;

    private const int Iterations = 20;

    /// <param name="builds">
    /// For each build, how slow the machine was and the figure, both as logarithms; the figure is already divided by
    /// the machine's slowness.
    /// </param>
    /// <param name="leastVariance">Of one build's logarithm.</param>
    public static SpeedPower Of(IReadOnlyList<(double Slowness, double Log)> builds, double leastVariance)
    {
        SpeedPower power = new(0, PriorError);
        if (builds.Count < Replications.FewestBuilds)
        {
            return power;
        }

        (double slowness, double log) = (builds.Average(build => build.Slowness), builds.Average(build => build.Log));
        (double Slowness, double Log)[] centred =
            [.. builds.Select(build => (build.Slowness - slowness, build.Log - log))];
        double spread = centred.Sum(build => build.Slowness * build.Slowness);
        double together = centred.Sum(build => build.Slowness * build.Log);

        // The variance of builds is known only once the power is, and the power only once the variance is.
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            double squares = centred.Sum(build => Math.Pow(build.Log - power.Excess * build.Slowness, 2));
            double shown = 1 - Math.Pow(power.Error / PriorError, 2);
            double variance = Math.Max(
                leastVariance,
                (PriorFreedom * UsualSpread * UsualSpread + squares) / (PriorFreedom + builds.Count - 1 - shown));
            double precision = 1 / (PriorError * PriorError) + spread / variance;
            power = new(together / variance / precision, Math.Sqrt(1 / precision));
        }

        return power;
    }
}
