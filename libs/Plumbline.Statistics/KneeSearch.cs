using MathNet.Numerics.Distributions;

namespace Plumbline.Statistics;

/// <param name="Size">One of the measured sizes.</param>
/// <param name="Before">Slope up to it.</param>
/// <param name="Beyond">Slope from there on.</param>
public sealed record Knee(double Size, Estimate Before, Estimate Beyond);

/// <summary>
/// Whether a line with one bend describes curves better than a straight one. A list of rules that no longer fits into a
/// cache costs more for each further rule, so real lines bend.
/// </summary>
/// <remarks>
/// Each inner size is a candidate, and the best one by least squares must pass three tests. AICc with the knee's place
/// as a parameter prefers it markedly; the F test, with p times the number of candidates, finds it at level
/// <see cref="Level"/>; and the slopes differ by more than <see cref="LeastDifference"/>, because a smaller bend
/// changes no answer.
/// </remarks>
internal static class KneeSearch
{
    /// <summary>Chance makes a bend this clear less often than this.</summary>
    public const double Level = 0.01;

    /// <summary>
    /// Difference of AICc from which the worse model has markedly less support (Burnham and Anderson 2002, section
    /// 2.6).
    /// </summary>
    public const double MarkedAicc = 2;

    /// <summary>As a share of the larger slope.</summary>
    public const double LeastDifference = 0.15;

    /// <summary>Intercept, slope and variance.</summary>
    private const int ParametersOfLine = 3;

    /// <summary>A further slope, and the place.</summary>
    private const int ParametersOfKnee = 5;

    public static Knee? Of(BuildCurves curves, IReadOnlyList<double> weights)
    {
        double[] candidates = [.. curves.Sizes.Skip(1).SkipLast(1)];
        int values = curves.Rounds.Count * curves.Sizes.Count;
        if (candidates.Length == 0 || curves.Rounds.Count < Replications.FewestBuilds)
        {
            return null;
        }

        double straight = Squares(double.PositiveInfinity);
        (double place, double bent) = candidates.Select(each => (each, Squares(each))).MinBy(each => each.Item2);
        Knee knee = new(place, Slope(line => line.Slope), Slope(line => line.SlopeBeyond));
        double difference = Math.Abs(knee.Beyond.Value - knee.Before.Value);
        double larger = Math.Max(Math.Abs(knee.Before.Value), Math.Abs(knee.Beyond.Value));
        return difference > LeastDifference * larger
            && Aicc(straight, ParametersOfLine) - Aicc(bent, ParametersOfKnee) > MarkedAicc
            && candidates.Length * Probability() < Level
            ? knee
            : null;

        Estimate Slope(Func<StraightLine, double> of) =>
            curves.Mean(round => of(StraightLine.Fit(curves.Sizes, round, weights, place)));

        double Squares(double at)
        {
            StraightLine line = StraightLine.Fit(curves.Sizes, curves.Means, weights, at);
            double[] model = [.. curves.Sizes.Select(line.At)];
            double squares = Sum((value, index) => Math.Pow(value - model[index], 2));

            // If all values lie on the model, only rounding is left, and its logarithm means nothing.
            return Math.Max(squares, Math.Max(1e-24 * Sum((value, _) => value * value), double.Epsilon));
        }

        double Sum(Func<double, int, double> term) => curves.Rounds.Sum(
            round => round.Select((value, index) => weights[index] * term(value, index)).Sum());

        // Hurvich and Tsai 1989.
        double Aicc(double squares, int k) => values - k - 1 > 0
            ? values * Math.Log(squares / values) + 2 * k + 2.0 * k * (k + 1) / (values - k - 1)
            : double.PositiveInfinity;

        double Probability()
        {
            int freedom = values - 3;
            return 1 - FisherSnedecor.CDF(1, freedom, (straight - bent) / (bent / freedom));
        }
    }
}
