using MathNet.Numerics;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>How the time to program the rules grows. One time for each number of Services, so there is no interval.</summary>
internal static class ProgrammingAnalysis
{
    private const int FewestSizes = 3;

    public static IEnumerable<ProgrammingGrowth> Of(ExperimentResults results) =>
        from step in results.Steps
        from each in step.DataPlanes
        where each is { DataPlane: not DataPlane.NoRules, Services: > 0, ProgrammingNs: > 0 }
        group each by each.DataPlane into programmed
        orderby programmed.Key
        select GrowthOf(programmed.Key, [.. programmed.OrderBy(each => each.Services)]);

    private static ProgrammingGrowth GrowthOf(DataPlane dataPlane, ProgrammedDataPlane[] programmed)
    {
        double[] services = [.. programmed.Select(each => (double)each.Services)];
        double[] seconds = [.. programmed.Select(each => each.ProgrammingNs / 1e9)];
        double? exponent = services.Distinct().Count() < FewestSizes ? null : Fit.Power(services, seconds).B;
        return new ProgrammingGrowth(dataPlane, exponent, programmed[^1].Services, seconds[^1]);
    }
}
