using Plumbline.Contracts;
using Plumbline.Statistics;

namespace Plumbline.Results;

/// <summary>From how many Services on two data planes differ by more than a budget, by their straight lines.
/// Nothing of two of which one does not grow by a straight line: its line would name a wrong number.</summary>
internal static class BreakEvenAnalysis
{
    public static IEnumerable<BreakEven> Of(MeasuredGrowth[] growths, double budgetNs, int seed) =>
        from one in growths
        from other in growths.SkipWhile(each => each != one).Skip(1)
        where other.Growth.Stage == one.Growth.Stage && other.Growth.Column.Position == one.Growth.Column.Position
            && one.Growth.Verdict != GrowthVerdict.NotLinear && other.Growth.Verdict != GrowthVerdict.NotLinear
        orderby one.Growth.Stage, one.Growth.Column.Position
        select one.Growth.SlopeNsPerService.Value > other.Growth.SlopeNsPerService.Value
            ? Of(one, other, budgetNs, seed)
            : Of(other, one, budgetNs, seed);

    /// <param name="slower">The one with the steeper line.</param>
    private static BreakEven Of(MeasuredGrowth slower, MeasuredGrowth faster, double budgetNs, int seed)
    {
        int fewest = Math.Max(slower.Growth.FewestServices, faster.Growth.FewestServices);
        int most = Math.Min(slower.Growth.MostServices, faster.Growth.MostServices);
        double services = Crossing(slower.Line.Line, faster.Line.Line, budgetNs);
        bool isWithin = services <= most;
        return new BreakEven(
            slower.Growth.Column.Position,
            slower.Growth.Stage,
            slower.Growth.Column.DataPlane,
            faster.Growth.Column.DataPlane,
            budgetNs,
            isWithin ? services : null,
            isWithin ? LinearGrowth.IntervalOf(slower.Trials, faster.Trials, (one, other) => Crossing(one, other, budgetNs), seed) : null,
            isWithin && services < fewest);
    }

    /// <summary>Infinite where the lines do not grow apart; 0 where they differ by more than the budget from the beginning.</summary>
    private static double Crossing(StraightLine steeper, StraightLine flatter, double budgetNs) => steeper.Slope > flatter.Slope
        ? Math.Max(0, (budgetNs - (steeper.Intercept - flatter.Intercept)) / (steeper.Slope - flatter.Slope))
        : double.PositiveInfinity;
}
