namespace Plumbline.Statistics;

/// <summary>How a statistic changes when one value is left out.</summary>
internal static class Jackknife
{
    /// <inheritdoc cref="Acceleration(IEnumerable{double[]})"/>
    public static double Acceleration(double[][] samples, Func<double[][], double> statistic) =>
        Acceleration(samples.Select((_, sample) => LeavingOneOut(samples, sample, statistic)));

    /// <summary>
    /// The acceleration a of a BCa interval: how fast the statistic's standard error changes with the statistic. Of one
    /// sample Σd³ / 6(Σd²)^1.5 with d the mean of the leave-one-out statistics minus each of them (Efron 1987). Of
    /// several samples Σ nᵢ⁻³Σl³ / 6(Σ nᵢ⁻²Σl²)^1.5 with l = (nᵢ − 1)d (Davison and Hinkley 1997, section 5.3.2), which
    /// is the same for one. 0 where leaving out changes nothing or the statistic is not finite.
    /// </summary>
    /// <param name="leavingOneOut">For each sample, the statistic without each of the sample's values.</param>
    public static double Acceleration(IEnumerable<double[]> leavingOneOut)
    {
        (double cubes, double squares) = (0, 0);
        foreach (double[] without in leavingOneOut)
        {
            double share = (without.Length - 1.0) / without.Length;
            double mean = without.Average();
            cubes += Math.Pow(share, 3) * without.Sum(each => Math.Pow(mean - each, 3));
            squares += Math.Pow(share, 2) * without.Sum(each => Math.Pow(mean - each, 2));
        }

        double acceleration = cubes / (6 * Math.Pow(squares, 1.5));
        return double.IsFinite(acceleration) ? acceleration : 0;
    }

    public static double[] LeavingOneOut(double[][] samples, int of, Func<double[][], double> statistic) =>
    [
        .. Enumerable.Range(0, samples[of].Length).Select(left =>
        {
            double[][] rest = Resampling.Copy(samples);
            rest[of] = [.. samples[of].Where((_, index) => index != left)];
            return statistic(rest);
        }),
    ];
}
