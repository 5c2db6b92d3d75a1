using MathNet.Numerics;

namespace Plumbline.Analysis;

/// <summary>
/// How the time to program the rules grows. Each number of Services has one time, so there is no interval.
/// </summary>
internal static class ProgrammingAnalysis
{
    private const int FewestSizes = 3;

    public static IEnumerable<ProgrammingGrowth> Of(ExperimentResults results) =>
        from step in results.Steps
        from each in step.DataPlanes
        where !each.Cell.IsBaseline && each.Cell.Services > 0 && each.ProgrammingNs > 0
        group each by each.Cell.Column() into programmed
        orderby programmed.Key
        select GrowthOf(programmed.Key, [.. programmed.OrderBy(each => each.Cell.Services)]);

    private static ProgrammingGrowth GrowthOf(Cell cell, ProgrammedDataPlane[] programmed)
    {
        double[] services = [.. programmed.Select(each => (double)each.Cell.Services)];
        double[] seconds = [.. programmed.Select(each => each.ProgrammingNs / 1e9)];
        double? exponent = services.Distinct().Count() < FewestSizes ? null : Fit.Power(services, seconds).B;
        return new ProgrammingGrowth(cell, exponent, programmed[^1].Cell.Services, seconds[^1]);
    }
}
