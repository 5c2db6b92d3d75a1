namespace Plumbline.Analysis.Growths;

/// <summary>
/// From the figures of a growth to a verdict, in this order. Too few trials are <c>Unclear</c>. A difference below
/// <see cref="NegligibleNs"/> and <see cref="NegligibleShare"/> is <c>Constant</c>. Departures from the line that are
/// neither chance nor small are <c>NotLinear</c>. A slope above 0 that the comparison of models confirms is
/// <c>Linear</c>, one below 0 is <c>Unclear</c>, because more rules cannot be faster. Without a slope it is
/// <c>Constant</c> if the interval leaves no room for a growth that matters, and else <c>Unclear</c>.
/// </summary>
internal static class GrowthJudge
{
    /// <summary>A growth over the measured range below this share of the line's beginning does not matter.</summary>
    public const double NegligibleShare = 0.05;

    /// <summary>
    /// Nor does one below this: the stage probe's own programs add more than twice that to a packet (docs/method.md).
    /// </summary>
    public const double NegligibleNs = 100;

    /// <summary>
    /// A growth by half over the measured range is far from O(n) where the range is tenfold or more. While the interval
    /// allows for more than that, the trials are too few or too noisy for <c>Constant</c>.
    /// </summary>
    public const double LargeShare = 0.5;

    /// <summary>
    /// Difference of AICc from which the worse model has markedly less support (Burnham and Anderson 2002, section
    /// 2.6).
    /// </summary>
    public const double MarkedAicc = 2;

    /// <summary>Departures from the line that chance makes less often than this are not chance.</summary>
    public const double LackOfFitLevel = 0.01;

    /// <summary>
    /// They still count only beyond this share of what the sizes differ by. The test compares them with the scatter of
    /// trials, which is not all: each number of Services is a ruleset with memory and caches of its own, so real lines
    /// bend by some percent.
    /// </summary>
    public const double LargeDeparture = 0.1;

    public static GrowthVerdict Verdict(LinearGrowth growth)
    {
        if (growth.Slope.Interval is not { } slope)
        {
            return GrowthVerdict.Unclear;
        }

        double range = growth.Largest - growth.Smallest;
        double start = Math.Max(growth.Line.At(growth.Smallest), 0);
        double negligible = Math.Max(NegligibleShare * start, NegligibleNs);
        double large = Math.Max(LargeShare * start, NegligibleNs);
        bool mayBeLarge = Math.Max(Math.Abs(slope.Low), Math.Abs(slope.High)) * range > large;
        if (growth.Span < negligible)
        {
            return GrowthVerdict.Constant;
        }

        if (growth.LackOfFitProbability < LackOfFitLevel && growth.Departure > LargeDeparture)
        {
            return GrowthVerdict.NotLinear;
        }

        bool differs = !slope.Contains(0)
            && growth.LinearOverConstant > MarkedAicc
            && Math.Abs(growth.Rise) >= negligible;
        if (differs)
        {
            return growth.Rise > 0 ? GrowthVerdict.Linear : GrowthVerdict.Unclear;
        }

        return mayBeLarge ? GrowthVerdict.Unclear : GrowthVerdict.Constant;
    }
}
