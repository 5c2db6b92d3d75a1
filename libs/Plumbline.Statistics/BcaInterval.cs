using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace Plumbline.Statistics;

/// <summary>
/// The bias-corrected and accelerated interval of Efron (1987), as DiCiccio and Efron (1996, section 2) write it: its
/// ends are the quantiles Φ(z₀ + (z₀ + z) / (1 − a(z₀ + z))) of the resampled statistics, z₀ = Φ⁻¹(share of them below
/// the estimate).
/// </summary>
/// <remarks>
/// Resampled medians often equal the estimate; half of these count as below it. Counting none would call every median
/// biased. Where the share is 0 or 1, or an end's quantile is not defined, z₀ = a = 0: the percentile interval.
/// </remarks>
public static class BcaInterval
{
    /// <param name="replicates">The statistic of each resample.</param>
    /// <param name="level">
    /// Differs from <see cref="Interval.Level"/> only in tests against published examples.
    /// </param>
    /// <returns>Null where a replicate is not finite: leaving it out would make the interval too narrow.</returns>
    public static Interval? Of(
        double estimate, IReadOnlyList<double> replicates, double acceleration, double level = Interval.Level)
    {
        double[] sorted = [.. replicates];
        Array.Sort(sorted);
        if (!sorted.All(double.IsFinite))
        {
            return null;
        }

        // Rounding makes resamples of equal values differ in the last digits.
        double same = 1e-12 * Math.Abs(estimate);
        int below = sorted.Count(each => each < estimate - same);
        int equal = sorted.Count(each => Math.Abs(each - estimate) <= same);
        double bias = Normal.InvCDF(0, 1, (below + equal / 2.0) / sorted.Length);
        double z = Normal.InvCDF(0, 1, (1 + level) / 2);
        (double? low, double? high) = (Share(-z), Share(z));
        bool defined = double.IsFinite(bias) && low is not null && high is not null;
        return new Interval(
            SortedArrayStatistics.Quantile(sorted, defined ? low!.Value : Normal.CDF(0, 1, -z)),
            SortedArrayStatistics.Quantile(sorted, defined ? high!.Value : Normal.CDF(0, 1, z)));

        double? Share(double end)
        {
            double stretch = 1 - acceleration * (bias + end);
            return stretch > 0 ? Normal.CDF(0, 1, bias + (bias + end) / stretch) : null;
        }
    }
}
