using MathNet.Numerics.Distributions;

namespace Plumbline.Statistics;

/// <summary>
/// The difference of two independent means, with Welch's degrees of freedom (Welch 1947): the two samples may vary
/// differently.
/// </summary>
/// <param name="Freedom">Degrees of freedom by Welch and Satterthwaite.</param>
/// <param name="Builds">In the smaller sample.</param>
public sealed record Welch(double Difference, double StandardError, double Freedom, int Builds)
{
    /// <summary>The difference, without an interval if a sample has too few builds.</summary>
    public Estimate Estimate
    {
        get
        {
            if (!IsJudged)
            {
                return new Estimate(Difference, null, Builds);
            }

            double half = SampleMean.Quantile(Freedom) * StandardError;
            return new Estimate(Difference, new Interval(Difference - half, Difference + half), Builds);
        }
    }

    private bool IsJudged => Builds >= Replications.FewestBuilds;

    public static Welch Between(SampleMean from, SampleMean to)
    {
        double variance = from.Variance + to.Variance;
        double share = variance > 0 ? from.Variance / variance : 0.5;
        double freedom = 1 / (share * share / from.Freedom + (1 - share) * (1 - share) / to.Freedom);
        return new Welch(
            to.Mean - from.Mean, Math.Sqrt(variance), freedom, Math.Min(from.Count, to.Count));
    }

    /// <summary>
    /// The one-sided p value: the probability of a difference as large as this one or larger if the true one is
    /// <paramref name="limit"/>. Null if a sample has too few builds.
    /// </summary>
    public double? ProbabilityAtMost(double limit)
    {
        if (!IsJudged)
        {
            return null;
        }

        return StandardError > 0
            ? StudentT.CDF(0, 1, Freedom, (limit - Difference) / StandardError)
            : Difference > limit ? 0 : 1;
    }
}
