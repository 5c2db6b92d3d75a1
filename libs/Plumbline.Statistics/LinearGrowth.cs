using MathNet.Numerics.Distributions;

namespace Plumbline.Statistics;

/// <summary>
/// A straight line through trials at several sizes, and what speaks for it and against it.
/// </summary>
/// <remarks>
/// <para>Weights. A trial at 170 µs varies more than one at 2 µs, so plain least squares would let the largest size say
/// where the line begins. Each trial weighs 1 / (mean of its size): what a packet spends in n rules is a sum of n
/// costs, and the variance of a sum grows as its mean does (the variance function V(μ) = μ; Carroll and Ruppert 1988,
/// chapter 2). It is set, not estimated: weights from the variances of five trials each are worse than none (Carroll
/// and Cline 1988). A wrong variance function makes the slope less precise, not biased; and the interval does not rest
/// on it, for it is bootstrapped within each size.</para>
/// <para>Interval of the slope. Trials are resampled within each size, their distances from the size's mean stretched
/// by √(n / (n − 1)), because resamples of n values vary by (n − 1) / n of their variance only (Davison and Hinkley
/// 1997, section 3.2), and by Student's quantile over the normal one, with the degrees of freedom that are left within
/// the sizes (Hesterberg 2015's expanded intervals): without that, 92 to 93 % were covered where 95 % are stated.
/// Trials of a size share what was built for it (the ruleset), so what another build would change is not in the
/// interval.</para>
/// </remarks>
public sealed record LinearGrowth
{
    /// <summary>Sizes with at least three trials that a line can be held against: with two, every line fits.</summary>
    public const int FewestSizes = 3;

    public required StraightLine Line { get; init; }

    /// <summary>
    /// Without an interval unless <see cref="FewestSizes"/> sizes have three trials; only these are then in the line.
    /// </summary>
    public required Estimate Slope { get; init; }

    /// <summary>The smallest and the largest size in the line.</summary>
    public required double Smallest { get; init; }

    public required double Largest { get; init; }

    /// <summary>
    /// AICc of the constant minus AICc of the line, positive for the line. AICc = n ln(RSS / n) + 2k + 2k(k + 1) / (n −
    /// k − 1) (Hurvich and Tsai 1989) with n trials, RSS the weighted sum of squares and k = 2 or 3 parameters, the
    /// variance one of them. 0 where there are too few trials for it (n ≤ 4).
    /// </summary>
    public required double LinearOverConstant { get; init; }

    /// <summary>
    /// Of the F test of lack of fit against pure error, the scatter of trials at one size (Draper and Smith 1998,
    /// section 2.1): how probable departures from the line as great as these are where the line is right. 1 where that
    /// cannot be tested.
    /// </summary>
    public required double LackOfFitProbability { get; init; }

    /// <summary>By how much a size's mean lies beside the line, at most; as a share of <see cref="Span"/>.</summary>
    public required double Departure { get; init; }

    /// <summary>The largest of the sizes' means minus the smallest.</summary>
    public required double Span { get; init; }

    /// <summary>What the line says that the largest size has more than the smallest.</summary>
    public double Rise => Line.Slope * (Largest - Smallest);

    /// <param name="trials">Each trial's size and its value.</param>
    /// <returns>Null with fewer than two sizes.</returns>
    public static LinearGrowth? Of(IEnumerable<(double Size, double Value)> trials, int seed)
    {
        GrowthSample sample = GrowthSample.Of(trials);
        return sample.Sizes.Length < 2 ? null : Of(sample, seed);
    }

    /// <summary>
    /// An interval of anything that follows from the lines of two growths, from the same resamples as the slopes'.
    /// </summary>
    /// <returns>Null where a line has no interval or a resample has no finite statistic.</returns>
    public static Interval? IntervalOf(
        IEnumerable<(double Size, double Value)> trials,
        IEnumerable<(double Size, double Value)> others,
        Func<StraightLine, StraightLine, double> statistic,
        int seed)
    {
        (GrowthSample one, GrowthSample other) = (GrowthSample.Of(trials), GrowthSample.Of(others));
        if (!one.IsEnough || !other.IsEnough)
        {
            return null;
        }

        (StraightLine.Solver ofOne, StraightLine.Solver ofOther) = (one.Solver(), other.Solver());
        int sizes = one.Sizes.Length;
        return Bootstrap.Of(
            [.. one.Stretched(), .. other.Stretched()],
            resampled => statistic(
                ofOne.FitMeans(resampled.AsSpan(0, sizes)), ofOther.FitMeans(resampled.AsSpan(sizes))),
            seed).Interval;
    }

    private static LinearGrowth Of(GrowthSample sample, int seed)
    {
        StraightLine.Solver solver = sample.Solver();
        StraightLine line = solver.Fit(sample.Means);
        double[] departures = [.. sample.Sizes.Select((size, index) => sample.Means[index] - line.At(size))];
        double span = sample.Means.Max() - sample.Means.Min();
        Estimate slope = Bootstrap.Of(sample.Stretched(), resampled => solver.FitMeans(resampled).Slope, seed);
        return new LinearGrowth
        {
            Line = line,
            Slope = new Estimate(line.Slope, sample.IsEnough ? slope.Interval : null, slope.Trials),
            Smallest = sample.Sizes[0],
            Largest = sample.Sizes[^1],
            LinearOverConstant = LinearOverConstantOf(sample, line),
            LackOfFitProbability = LackOfFitOf(sample, departures),
            Departure = span > 0 ? departures.Max(Math.Abs) / span : 0,
            Span = span,
        };
    }

    private static double LinearOverConstantOf(GrowthSample sample, StraightLine line)
    {
        int n = sample.Trials;
        if (n <= 4)
        {
            return 0;
        }

        double constant = sample.WeightedMean();
        return Aicc(2, sample.SumOfSquares(_ => constant)) - Aicc(3, sample.SumOfSquares(line.At));

        // Of trials that all lie on the model only rounding is left, whose logarithm would be anything.
        double Aicc(int k, double squares) =>
            n * Math.Log(Math.Max(squares, sample.Rounding) / n) + 2 * k + 2.0 * k * (k + 1) / (n - k - 1);
    }

    private static double LackOfFitOf(GrowthSample sample, double[] departures)
    {
        int beyondLine = sample.Sizes.Length - 2;
        int withinSizes = sample.Trials - sample.Sizes.Length;
        if (beyondLine < 1 || withinSizes < 1)
        {
            return 1;
        }

        double lack = departures.Select((departure, index) => sample.Weights[index] * departure * departure).Sum();
        double pure = Math.Max(sample.PureError(), sample.Rounding);
        return 1 - FisherSnedecor.CDF(beyondLine, withinSizes, lack / beyondLine / (pure / withinSizes));
    }
}
