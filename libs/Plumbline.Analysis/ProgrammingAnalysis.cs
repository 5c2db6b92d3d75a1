using MathNet.Numerics;

namespace Plumbline.Analysis;

/// <summary>How the time to program the rules grows, build round by build round.</summary>
internal static class ProgrammingAnalysis
{
    private const int FewestSizes = 3;

    public static IEnumerable<ProgrammingGrowth> Of(ExperimentResults results)
    {
        IReadOnlyDictionary<int, int> builds = results.Builds();
        return
            from step in results.Steps
            from each in step.DataPlanes
            where !each.Cell.IsBaseline && each.Cell.Services > 0 && each.ProgrammingNs > 0
            let programmed = (Build: builds[step.Step], each.Cell.Services, Seconds: each.ProgrammingNs / 1e9)
            group programmed by each.Cell.Column() into column
            orderby column.Key
            select GrowthOf(column.Key, [.. column]);
    }

    private static ProgrammingGrowth GrowthOf(Cell cell, (int Build, int Services, double Seconds)[] programmed)
    {
        BuildCurves? curves = BuildCurves.Of(
            programmed.Select(each => (each.Build, (double)each.Services, each.Seconds)));
        return new ProgrammingGrowth(
            cell,
            curves is not null && curves.Sizes.Count >= FewestSizes
                ? curves.Mean(round => Fit.Power([.. curves.Sizes], round).B)
                : null,
            [
                .. from each in programmed
                   group each.Seconds by each.Services into size
                   orderby size.Key
                   select new ProgrammingTime(size.Key, Replications.GeometricMean([.. size])),
            ]);
    }
}
