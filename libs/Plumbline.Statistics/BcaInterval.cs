using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace Plumbline.Statistics;

/// <summary>
/// The bias-corrected and accelerated interval of Efron (1987), in the notation of DiCiccio and Efron (1996, section
/// 2). Its ends are the quantiles Φ(z₀ + (z₀ + z) / (1 − a(z₀ + z))) of the resampled statistics, with z₀ = Φ⁻¹(share
/// of them below the estimate).
/// </summary>
/// <remarks>
/// Resampled medians often equal the estimate. Half of these count as below it; if none did, every median would look
/// biased. If the share is 0 or 1, or the quantile of an end is undefined, z₀ = a = 0, which gives the percentile
/// interval.
/// </remarks>
public static class BcaInterval
{
    /// <param name="replicates">The statistic of each resample.</param>
    /// <param name="level">Tests pass another level to compare with published examples.</param>
    /// <returns>Null if a replicate is not finite: without it the interval would be too narrow.</returns>
    public static Interval? Of(
        double estimate, IReadOnlyList<double> replicates, double acceleration, double level = Interval.Level)
    {
        double[] sorted = [.. replicates];
        Array.Sort(sorted);
        if (!sorted.All(double.IsFinite))
        {
            return null;
        }

        // By rounding, resamples of equal values differ in their last digits.
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
