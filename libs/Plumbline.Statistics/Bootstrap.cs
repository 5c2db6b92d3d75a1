using MathNet.Numerics.Statistics;

namespace Plumbline.Statistics;

/// <summary>
/// Bootstrap intervals of level <see cref="Interval.Level"/>, bias-corrected and accelerated
/// (<see cref="BcaInterval"/>). Each sample is resampled by itself, with replacement, to its own size. Where there are
/// no more than <see cref="Resamples"/> resamples (one sample of up to five), all of them are used; else that many are
/// drawn. Each call starts its random numbers from the seed, so an estimate does not depend on earlier ones.
/// </summary>
/// <remarks>
/// Percentiles of resampled medians cannot lie beyond the sample. So of a median no such interval covers more than
/// 1 − 2·2⁻ⁿ of the time: 75 % with three trials, 87.5 % with four, 93.75 % with five, whatever its level is. From six
/// on the bound is above 95 %. Measured by simulation: 74, 94, 93 and 94 % with 3, 5, 10 and 20 trials, of a difference
/// 92 to 95 %.
/// </remarks>
public static class Bootstrap
{
    /// <summary>
    /// Makes the ends of a 95 % interval steady: 100 resamples lie beyond each. Efron and Tibshirani (1993) ask for
    /// 1,000 resamples.
    /// </summary>
    public const int Resamples = 4_000;

    /// <summary>With two values each end of an interval would be one of them, which says nothing.</summary>
    public const int FewestTrials = 3;

    public static Estimate Median(IReadOnlyList<double> sample, int seed) =>
        Of([sample], samples => MedianOf(samples[0]), seed);

    /// <summary>The median of the first sample minus that of the second.</summary>
    public static Estimate DifferenceOfMedians(IReadOnlyList<double> sample, IReadOnlyList<double> from, int seed) =>
        Of([sample, from], samples => MedianOf(samples[0]) - MedianOf(samples[1]), seed);

    /// <summary>
    /// The median of the first sample divided by that of the second; without an interval where the divisor may be 0.
    /// </summary>
    public static Estimate RatioOfMedians(IReadOnlyList<double> sample, IReadOnlyList<double> by, int seed) =>
        Of([sample, by], samples => MedianOf(samples[0]) / MedianOf(samples[1]), seed);

    /// <summary>
    /// How many times the difference of two medians is that of two others: (of.To − of.From) / (by.To − by.From).
    /// Without an interval where the divisor may be 0.
    /// </summary>
    public static Estimate RatioOfDifferences(
        (ResampledMedian To, ResampledMedian From) of, (ResampledMedian To, ResampledMedian From) by) =>
        Of([of.To, of.From, by.To, by.From], medians => (medians[0] - medians[1]) / (medians[2] - medians[3]));

    /// <summary>
    /// A statistic of medians that were resampled before. The resamples are combined by their number.
    /// </summary>
    /// <param name="statistic">Of the medians, in their order; it must not keep the array.</param>
    /// <inheritdoc cref="Of(IReadOnlyList{IReadOnlyList{double}}, Func{double[][], double}, int)" path="/returns"/>
    public static Estimate Of(IReadOnlyList<ResampledMedian> samples, Func<double[], double> statistic)
    {
        double[] medians = [.. samples.Select(sample => sample.Median)];
        double estimate = statistic([.. medians]);
        int trials = samples.Min(sample => sample.Trials);
        if (trials < FewestTrials || !double.IsFinite(estimate))
        {
            return new Estimate(estimate, null, trials);
        }

        double[] replicates = new double[Resamples];
        double[] combined = new double[medians.Length];
        for (int replicate = 0; replicate < replicates.Length; replicate++)
        {
            for (int sample = 0; sample < combined.Length; sample++)
            {
                combined[sample] = samples[sample].Replicates[replicate];
            }

            replicates[replicate] = statistic(combined);
        }

        double acceleration = Jackknife.Acceleration(samples.Select((sample, index) => sample.LeavingOneOut.Select(
            without => statistic([.. medians[..index], without, .. medians[(index + 1)..]])).ToArray()));
        return new Estimate(estimate, BcaInterval.Of(estimate, replicates, acceleration), trials);
    }

    /// <param name="statistic">
    /// Of the samples, in their order; it may reorder their values and must not keep the arrays.
    /// </param>
    /// <returns>
    /// Without an interval where a sample is smaller than <see cref="FewestTrials"/> or a resample has no finite
    /// statistic.
    /// </returns>
    /// <exception cref="ArgumentException">There is no sample, or an empty one.</exception>
    public static Estimate Of(
        IReadOnlyList<IReadOnlyList<double>> samples, Func<double[][], double> statistic, int seed)
    {
        if (samples.Count == 0 || samples.Any(sample => sample.Count == 0))
        {
            throw new ArgumentException("a statistic needs samples that are not empty", nameof(samples));
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
