namespace Plumbline.Analysis.Growths;

/// <summary>
/// From how many Services on two data planes differ by more than a budget: where their measured curves are that far
/// apart, build round by build round. No model of the curves is involved.
/// </summary>
internal static class BreakEvenAnalysis
{
    public static IEnumerable<BreakEven> Of(MeasuredGrowth[] growths, double budgetNs) =>
        from one in growths
        from other in growths.SkipWhile(each => each != one).Skip(1)
        where other.Growth.Stage == one.Growth.Stage && CellOf(other) == CellOf(one)
        orderby one.Growth.Stage, CellOf(one)
        let breakEven = Of(one, other, budgetNs)
        where breakEven is not null
        select breakEven;

    private static BreakEven? Of(MeasuredGrowth one, MeasuredGrowth other, double budgetNs)
    {
        if (BuildCurves.Of(Apart(one, other), one.SpeedError) is not { } curves)
        {
            return null;
        }

        // Slower is what takes longer at the most Services.
        bool isOtherSlower = curves.Means[^1] >= 0;
        (MeasuredGrowth slower, MeasuredGrowth faster) = isOtherSlower ? (other, one) : (one, other);
        Estimate? services = (isOtherSlower ? curves : BuildCurves.Of(Apart(other, one), one.SpeedError)!)
            .StaysAbove(budgetNs);
        return new BreakEven(
            CellOf(slower),
            slower.Growth.Stage,
            slower.Growth.Cell.DataPlane,
            faster.Growth.Cell.DataPlane,
            budgetNs,
            services,
            services is not null && services.Value <= curves.Sizes[0]);
    }

    /// <summary>How much longer the second takes, where one build round has both.</summary>
    private static IEnumerable<(int Build, double Services, double Ns)> Apart(
        MeasuredGrowth from, MeasuredGrowth to) => from.Points.Join(
            to.Points,
            one => (one.Build, one.Services),
            each => (each.Build, each.Services),
            (one, each) => (one.Build, one.Services, each.Ns - one.Ns));

    private static Cell CellOf(MeasuredGrowth measured) => measured.Growth.Cell.Without(Axes.DataPlane);
}
