using MathNet.Numerics.Statistics;

namespace Plumbline.Statistics;

/// <summary>
/// Bootstrap intervals at level <see cref="Interval.Level"/>, bias-corrected and accelerated (<see
/// cref="BcaInterval"/>). Each sample is resampled separately, with replacement, to its own size. If there are at most
/// <see cref="Resamples"/> different resamples (one sample of up to five trials), all of them are used. Otherwise that
/// many are drawn at random. Each call starts from its seed, so an estimate does not depend on earlier ones.
/// </summary>
/// <remarks>
/// Percentiles of resampled medians cannot lie outside the sample. So an interval of a median covers at most 1 − 2·2⁻ⁿ,
/// whatever its level: 75 % with three trials, 87.5 % with four, 93.75 % with five. From six on the bound is above 95
/// %. Measured by simulation: 74, 94, 93 and 94 % with 3, 5, 10 and 20 trials; 92 to 95 % for a difference.
/// </remarks>
public static class Bootstrap
{
    /// <summary>
    /// Enough for steady ends of a 95 % interval: 100 resamples lie beyond each. Efron and Tibshirani (1993) ask for
    /// 1,000 resamples.
    /// </summary>
    public const int Resamples = 4_000;

    /// <summary>With two trials the ends of the interval would be the two values, which says nothing.</summary>
    public const int FewestTrials = 3;

    public static Estimate Median(IReadOnlyList<double> sample, int seed) =>
        Of([sample], samples => MedianOf(samples[0]), seed);

    /// <summary>The median of the first sample minus that of the second.</summary>
    public static Estimate DifferenceOfMedians(IReadOnlyList<double> sample, IReadOnlyList<double> from, int seed) =>
        Of([sample, from], samples => MedianOf(samples[0]) - MedianOf(samples[1]), seed);

    /// <summary>
    /// The median of the first sample divided by that of the second. There is no interval if the divisor can be 0.
    /// </summary>
    public static Estimate RatioOfMedians(IReadOnlyList<double> sample, IReadOnlyList<double> by, int seed) =>
        Of([sample, by], samples => MedianOf(samples[0]) / MedianOf(samples[1]), seed);

    /// <param name="statistic">
    /// Gets the samples in their order. It may reorder their values and must not keep the arrays.
    /// </param>
    /// <returns>
    /// There is no interval if a sample has fewer than <see cref="FewestTrials"/> trials, or if the statistic of a
    /// resample is not finite.
    /// </returns>
    /// <exception cref="ArgumentException">There are no samples, or one is empty.</exception>
    public static Estimate Of(
        IReadOnlyList<IReadOnlyList<double>> samples, Func<double[][], double> statistic, int seed)
    {
        if (samples.Count == 0 || samples.Any(sample => sample.Count == 0))
        {
            throw new ArgumentException("a statistic needs samples, and each needs a trial", nameof(samples));
        }

        double[][] values = [.. samples.Select(sample => sample.ToArray())];
        double estimate = statistic(Resampling.Copy(values));
        int trials = values.Min(sample => sample.Length);
        Interval? interval = trials < FewestTrials || !double.IsFinite(estimate)
            ? null
            : BcaInterval.Of(
                estimate, Resampling.Replicates(values, statistic, seed), Jackknife.Acceleration(values, statistic));
        return new Estimate(estimate, interval, trials);
    }

    private static double MedianOf(double[] values) => ArrayStatistics.MedianInplace(values);
}
