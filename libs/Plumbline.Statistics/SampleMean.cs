using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace Plumbline.Statistics;

/// <summary>The mean of independent values and how precise it is.</summary>
/// <param name="Variance">Of the mean, not of a value. NaN with fewer than two values.</param>
/// <param name="Count">Number of values.</param>
public readonly record struct SampleMean(double Mean, double Variance, int Count)
{
    /// <summary>
    /// Of an error that all values share. Its size comes from few machines and few runs, so it is hardly known.
    /// </summary>
    private const double ErrorFreedom = 4;

    /// <summary>Degrees of freedom of the variance, by Welch and Satterthwaite.</summary>
    public double Freedom { get; private init; } = Count - 1;

    /// <exception cref="ArgumentException">There is no value.</exception>
    public static SampleMean Of(IReadOnlyList<double> values) => values.Count > 0
        ? new(values.Mean(), values.Variance() / values.Count, values.Count)
        : throw new ArgumentException("a mean needs a value", nameof(values));

    /// <summary>
    /// The geometric mean of the values whose logarithms have this mean, with its variance by the delta method.
    /// </summary>
    public SampleMean Exp() => this with { Mean = Math.Exp(Mean), Variance = Variance * Math.Exp(2 * Mean) };

    /// <summary>The same mean, with what the spread of the values does not contain.</summary>
    /// <param name="leastVariance">Values that agree by chance are no more certain than this.</param>
    /// <param name="error">Standard deviation of an error that all values share.</param>
    public SampleMean WithErrors(double leastVariance, double error)
    {
        double spread = Math.Max(Variance, leastVariance);
        double variance = spread + error * error;

        double share = variance > 0 ? spread / variance : 1;
        double freedom = 1 / (share * share / Freedom + (1 - share) * (1 - share) / ErrorFreedom);
        return this with { Variance = variance, Freedom = freedom };
    }

    /// <summary>Student's quantile for a two-sided interval of level <see cref="Interval.Level"/>.</summary>
    internal static double Quantile(double freedom) => StudentT.InvCDF(0, 1, freedom, (1 + Interval.Level) / 2);
}
