using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace Plumbline.Statistics;

/// <summary>Estimates how many trials a precision needs, from the spread of existing trials.</summary>
/// <remarks>
/// The median of n normal values has a standard error of about √(π/2) σ / √n, so a half width h needs n = (π/2)(z σ /
/// h)². σ is the median absolute deviation, times 1.4826 and the small-sample factor of Croux and Rousseeuw (1992): a
/// single disturbed trial does not move it. If more than half of the trials are equal, it is 0, and the standard
/// deviation replaces it. Five trials give σ to about a third, so the number is right to about a factor of two. It says
/// tens or hundreds, not 31 or 34.
/// </remarks>
public static class TrialsNeeded
{
    private const double ConsistentForNormal = 1.4826;

    /// <summary>For 3 to 9 values (Croux and Rousseeuw 1992); beyond that it is n / (n − 0.8).</summary>
    private static readonly double[] s_smallSample = [1.495, 1.363, 1.206, 1.200, 1.140, 1.129, 1.107];

    /// <param name="relative">Half of the wanted interval's width, as a share of the median.</param>
    /// <returns>
    /// At least <see cref="Bootstrap.FewestTrials"/>; null if the sample has fewer, or if its median is not positive.
    /// </returns>
    public static int? ForMedian(IReadOnlyList<double> sample, double relative)
    {
        if (sample.Count < Bootstrap.FewestTrials || sample.Median() is not (> 0 and double median))
        {
            return null;
        }

        double z = Normal.InvCDF(0, 1, (1 + Interval.Level) / 2);
        double needed = Math.PI / 2 * Math.Pow(z * Spread(sample) / (relative * median), 2);
        return (int)Math.Clamp(Math.Ceiling(needed), Bootstrap.FewestTrials, int.MaxValue);
    }

    private static double Spread(IReadOnlyList<double> sample)
    {
        double median = sample.Median();
        int n = sample.Count;
        double factor = n - 3 < s_smallSample.Length ? s_smallSample[n - 3] : n / (n - 0.8);
        double robust = ConsistentForNormal * factor * sample.Select(value => Math.Abs(value - median)).Median();
        return robust > 0 ? robust : sample.StandardDeviation();
    }
}
