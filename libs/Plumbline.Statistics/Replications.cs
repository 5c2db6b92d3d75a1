namespace Plumbline.Statistics;

/// <summary>
/// The method of independent replications (Law and Kelton, Simulation Modeling and Analysis). A figure is computed once
/// within each build of the rules. Builds are independent of each other, so the estimate is the mean over builds, and
/// its interval is Student's t with one degree of freedom fewer than builds. Trials of one build share its memory, its
/// order of rules and its minute: they make a build's figure more precise, but they are no replications.
/// </summary>
/// <remarks>
/// Positive quantities and ratios are averaged on the log scale, because builds differ by factors. Differences and
/// slopes are averaged as they are, because they can be 0 or negative.
/// </remarks>
public static class Replications
{
    /// <summary>With two builds the interval is Student's t with one degree of freedom, which says nothing.</summary>
    public const int FewestBuilds = 3;

    /// <param name="builds">The figure of each build.</param>
    /// <param name="relativeError">
    /// Standard deviation of an error that all builds share, as a share of the figure.
    /// </param>
    /// <exception cref="ArgumentException">There is no build.</exception>
    public static Estimate Mean(IReadOnlyList<double> builds, double relativeError = 0)
    {
        SampleMean mean = SampleMean.Of(builds);
        return Estimated(mean.WithErrors(leastVariance: 0, relativeError * mean.Mean));
    }

    /// <summary>
    /// The mean and its interval on the log scale, written back. Without an interval where a value is not above 0; the
    /// value is then the plain mean.
    /// </summary>
    /// <param name="leastVariance">
    /// Of the mean of logarithms. Builds that agree by chance are no more certain than this.
    /// </param>
    /// <inheritdoc cref="Mean"/>
    public static Estimate GeometricMean(
        IReadOnlyList<double> builds, double relativeError = 0, double leastVariance = 0)
    {
        if (builds.Count == 0 || !builds.All(value => value > 0))
        {
            return Mean(builds) with { Interval = null };
        }

        // Relative to the first, equal values have exactly that value and an interval of width 0.
        double unit = builds[0];
        SampleMean mean = SampleMean.Of([.. builds.Select(value => Math.Log(value / unit))]);
        Estimate logs = Estimated(mean.WithErrors(leastVariance, relativeError));
        Interval? interval = logs.Interval is { } known
            ? new Interval(unit * Math.Exp(known.Low), unit * Math.Exp(known.High))
            : null;
        return new Estimate(unit * Math.Exp(logs.Value), interval, builds.Count);
    }

    private static Estimate Estimated(SampleMean mean)
    {
        if (mean.Count < FewestBuilds)
        {
            return new Estimate(mean.Mean, null, mean.Count);
        }

        double half = SampleMean.Quantile(mean.Freedom) * Math.Sqrt(mean.Variance);
        return new Estimate(mean.Mean, new Interval(mean.Mean - half, mean.Mean + half), mean.Count);
    }
}
