namespace Plumbline.Statistics;

/// <summary>How a statistic changes if one value is left out.</summary>
internal static class Jackknife
{
    /// <summary>
    /// The acceleration a of a BCa interval: how fast the statistic's standard error changes with the statistic. For
    /// one sample it is Σd³ / 6(Σd²)^1.5, where d is the mean of the leave-one-out statistics minus each of them (Efron
    /// 1987). For several samples it is Σ nᵢ⁻³Σl³ / 6(Σ nᵢ⁻²Σl²)^1.5 with l = (nᵢ − 1)d (Davison and Hinkley 1997,
    /// section 5.3.2), which is equal for one sample. It is 0 if leaving values out changes nothing, or if the
    /// statistic is not finite.
    /// </summary>
    public static double Acceleration(double[][] samples, Func<double[][], double> statistic)
    {
        (double cubes, double squares) = (0, 0);
        for (int sample = 0; sample < samples.Length; sample++)
        {
            double[] without = LeavingOneOut(samples, sample, statistic);
            double share = (without.Length - 1.0) / without.Length;
            double mean = without.Average();
            cubes += Math.Pow(share, 3) * without.Sum(each => Math.Pow(mean - each, 3));
            squares += Math.Pow(share, 2) * without.Sum(each => Math.Pow(mean - each, 2));
        }

        double acceleration = cubes / (6 * Math.Pow(squares, 1.5));
        return double.IsFinite(acceleration) ? acceleration : 0;
    }

    private static double[] LeavingOneOut(double[][] samples, int of, Func<double[][], double> statistic) =>
    [
        .. Enumerable.Range(0, samples[of].Length).Select(left =>
        {
            double[][] rest = Resampling.Copy(samples);
            rest[of] = [.. samples[of].Where((_, index) => index != left)];
            return statistic(rest);
        }),
    ];
}
