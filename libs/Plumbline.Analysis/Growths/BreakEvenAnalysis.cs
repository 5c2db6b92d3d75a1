namespace Plumbline.Analysis.Growths;

/// <summary>
/// From how many Services on two data planes differ by more than a budget, by their straight lines. A pair is left out
/// when either growth is not linear, because its line would give a wrong number.
/// </summary>
internal static class BreakEvenAnalysis
{
    public static IEnumerable<BreakEven> Of(MeasuredGrowth[] growths, double budgetNs, int seed) =>
        from one in growths
        from other in growths.SkipWhile(each => each != one).Skip(1)
        where one.Growth.Verdict != GrowthVerdict.NotLinear && other.Growth.Verdict != GrowthVerdict.NotLinear
        where other.Growth.Stage == one.Growth.Stage && CellOf(other) == CellOf(one)
        orderby one.Growth.Stage, CellOf(one)
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
            CellOf(slower),
            slower.Growth.Stage,
            slower.Growth.Cell.DataPlane,
            faster.Growth.Cell.DataPlane,
            budgetNs,
            isWithin ? services : null,
            isWithin ? IntervalOf(slower, faster, budgetNs, seed) : null,
            isWithin && services < fewest);
    }

    private static Interval? IntervalOf(MeasuredGrowth slower, MeasuredGrowth faster, double budgetNs, int seed) =>
        LinearGrowth.IntervalOf(slower.Trials, faster.Trials, (one, other) => Crossing(one, other, budgetNs), seed);

    private static Cell CellOf(MeasuredGrowth measured) => measured.Growth.Cell.Without(Axes.DataPlane);

    /// <summary>
    /// Infinite where the lines do not grow apart; 0 where they differ by more than the budget from the beginning.
    /// </summary>
    private static double Crossing(StraightLine steeper, StraightLine flatter, double budgetNs) =>
        steeper.Slope > flatter.Slope
            ? Math.Max(0, (budgetNs - (steeper.Intercept - flatter.Intercept)) / (steeper.Slope - flatter.Slope))
            : double.PositiveInfinity;
}
