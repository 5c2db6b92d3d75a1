using Plumbline.Statistics;

namespace Plumbline.Results;

/// <summary>
/// From the figures of a growth to a verdict. In this order: too few trials are <c>Unclear</c>; what differs by less than
/// <see cref="NegligibleNs"/> and <see cref="NegligibleShare"/> is <c>Constant</c>; departures from the line that are neither chance
/// nor small are <c>NotLinear</c>; a slope above 0 that the comparison of models bears out is <c>Linear</c>, one below 0 <c>Unclear</c>,
/// because more rules cannot be faster; where there is none, it is <c>Constant</c> if the interval leaves no room for a growth worth
/// the name, and else <c>Unclear</c>.
/// </summary>
internal static class GrowthJudge
{
    /// <summary>A growth over the measured range that is less than this share of the line's beginning matters to nobody.</summary>
    public const double NegligibleShare = 0.05;

    /// <summary>Nor does one of less than this: the probe's own programs add more than twice that to a packet (docs/method.md).</summary>
    public const double NegligibleNs = 100;

    /// <summary>
    /// A growth by half over the measured range is far from O(n) where the range is tenfold or more. While the interval allows
    /// for more than that, the trials are too few or too noisy to call anything constant.
    /// </summary>
    public const double TellingShare = 0.5;

    /// <summary>Difference of AICc from which the worse model has markedly less support (Burnham and Anderson 2002, section 2.6).</summary>
    public const double TellingAicc = 2;

    /// <summary>Departures from the line that chance makes less often than this are not chance.</summary>
    public const double LackOfFitLevel = 0.01;

    /// <summary>
    /// And yet they count only beyond this share of what the sizes differ by. The scatter of trials, which the test holds them
    /// against, is not all: each number of Services is a ruleset of its own, in memory and caches of its own, so real lines
    /// bend by some percent.
    /// </summary>
    public const double TellingDeparture = 0.1;

    public static GrowthVerdict Verdict(LinearGrowth growth)
    {
        if (growth.Slope.Interval is not { } slope)
        {
            return GrowthVerdict.Unclear;
        }

        double range = growth.Largest - growth.Smallest;
        double start = Math.Max(growth.Line.At(growth.Smallest), 0);
        double negligible = Math.Max(NegligibleShare * start, NegligibleNs);
        double telling = Math.Max(TellingShare * start, NegligibleNs);
        bool mayBeLarge = Math.Max(Math.Abs(slope.Low), Math.Abs(slope.High)) * range > telling;
        if (growth.Span < negligible)
        {
            return GrowthVerdict.Constant;
        }

        if (growth.LackOfFitProbability < LackOfFitLevel && growth.Departure > TellingDeparture)
        {
            return GrowthVerdict.NotLinear;
        }

        bool differs = !slope.Contains(0) && growth.LinearOverConstant > TellingAicc && Math.Abs(growth.Rise) >= negligible;
        if (differs)
        {
            return growth.Rise > 0 ? GrowthVerdict.Linear : GrowthVerdict.Unclear;
        }

        return mayBeLarge ? GrowthVerdict.Unclear : GrowthVerdict.Constant;
    }
}
