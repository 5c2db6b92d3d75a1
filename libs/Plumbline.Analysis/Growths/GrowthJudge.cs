namespace Plumbline.Analysis.Growths;

/// <summary>
/// From the figures of a growth to a verdict, in this order. Too few builds or numbers of Services are <c>Unclear</c>.
/// A difference below <see cref="NegligibleNs"/> and <see cref="NegligibleShare"/> is <c>Constant</c>. Without a rise
/// that the builds show, it is <c>Constant</c> if the interval leaves no room for a growth that matters, and else
/// <c>Unclear</c>. A fall is <c>Unclear</c>, because more rules cannot be faster. A rise is <c>Linear</c> if it goes on
/// to the most Services at a slope of the same order: caches bend real lines. Else it is <c>Unclear</c>.
/// </summary>
internal static class GrowthJudge
{
    /// <summary>A growth over the measured range below this share of its beginning does not matter.</summary>
    public const double NegligibleShare = 0.05;

    /// <summary>
    /// Nor does one below this: the stage probe's own programs add more than twice that to a packet (docs/method.md).
    /// </summary>
    public const double NegligibleNs = 100;

    /// <summary>
    /// A growth by half over the measured range is far from O(n) where the range is tenfold or more. While the interval
    /// allows for more than that, the builds are too few or too noisy for <c>Constant</c>.
    /// </summary>
    public const double LargeShare = 0.5;

    /// <summary>A line whose last slope is below this share of its first flattens. No cache does that.</summary>
    public const double FlatShare = 1 / 3.0;

    /// <summary>
    /// A line whose last slope is certainly more than this many times its first is steeper than O(n). A list that
    /// leaves one cache after the other costs several times as much per rule, not ten times.
    /// </summary>
    public const double SteepFactor = 10;

    public static GrowthVerdict Verdict(LinearGrowth growth) => Judge(growth).Verdict;

    /// <returns>The verdict, and the words for it.</returns>
    public static (GrowthVerdict Verdict, string Words) Judge(LinearGrowth growth)
    {
        if (growth.Rise.Interval is not { } rise || growth.Sizes < LinearGrowth.FewestSizes)
        {
            return (GrowthVerdict.Unclear, "unclear");
        }

        double start = Math.Max(growth.Start, 0);
        double negligible = Math.Max(NegligibleShare * start, NegligibleNs);
        if (growth.Span < negligible)
        {
            return (GrowthVerdict.Constant, "O(1)");
        }

        if (rise.Contains(0) || Math.Abs(growth.Rise.Value) < negligible)
        {
            double most = Math.Max(Math.Abs(rise.Low), Math.Abs(rise.High));
            return most > Math.Max(LargeShare * start, NegligibleNs)
                ? (GrowthVerdict.Unclear, "unclear")
                : (GrowthVerdict.Constant, "O(1)");
        }

        return growth.Rise.Value > 0 ? Shape(growth) : (GrowthVerdict.Unclear, "falls");
    }

    private static (GrowthVerdict Verdict, string Words) Shape(LinearGrowth growth)
    {
        (Estimate first, Estimate last) = (growth.LocalSlopes[0].Slope, growth.LocalSlopes[^1].Slope);
        return last.Value < FlatShare * first.Value ? (GrowthVerdict.Unclear, "grows, then flattens")
            : last.Interval!.Low <= 0 ? (GrowthVerdict.Unclear, "grows, but not surely to the end")
            : last.Interval.Low > SteepFactor * Math.Max(first.Interval!.High, 0)
                ? (GrowthVerdict.Unclear, "grows faster than the number of Services")
            : (GrowthVerdict.Linear, "O(n)");
    }
}
