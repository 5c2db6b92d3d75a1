namespace Plumbline.Analysis;

/// <summary>Which build of its cell a step is.</summary>
internal static class BuildIndex
{
    /// <summary>The build of each step of the plan, from 0.</summary>
    public static IReadOnlyDictionary<int, int> Builds(this ExperimentResults results) =>
        results.Summary.Steps.ToDictionary(step => step.Step, step => step.Build);

    public static int Of(this IReadOnlyDictionary<int, int> builds, AttemptResult attempt) =>
        builds[attempt.Trial.Key.Step];
}
