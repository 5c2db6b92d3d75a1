using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace Plumbline.Statistics;

/// <summary>The mean of independent values and how precise it is.</summary>
/// <param name="Variance">Of the mean, not of a value. NaN with fewer than two values.</param>
/// <param name="Count">Number of values.</param>
public readonly record struct SampleMean(double Mean, double Variance, int Count)
{
    /// <exception cref="ArgumentException">There is no value.</exception>
    public static SampleMean Of(IReadOnlyList<double> values) => values.Count > 0
        ? new(values.Mean(), values.Variance() / values.Count, values.Count)
        : throw new ArgumentException("a mean needs a value", nameof(values));

    /// <summary>
    /// The geometric mean of the values whose logarithms have this mean, with its variance by the delta method.
    /// </summary>
    public SampleMean Exp() => new(Math.Exp(Mean), Variance * Math.Exp(2 * Mean), Count);

    /// <summary>The same mean, with what the spread of the values does not contain.</summary>
    /// <param name="leastVariance">Values that agree by chance are no more certain than this.</param>
    /// <param name="error">Standard deviation of an error that all values share.</param>
    public SampleMean WithErrors(double leastVariance, double error) =>
        this with { Variance = Math.Max(Variance, leastVariance) + error * error };

    /// <summary>Student's quantile for a two-sided interval of level <see cref="Interval.Level"/>.</summary>
    internal static double Quantile(double freedom) => StudentT.InvCDF(0, 1, freedom, (1 + Interval.Level) / 2);
}
