using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>
/// Attempts without rules, by what they stand around: the whole experiment, or where kube-proxy was switched the steps of one mode. Across
/// a switch they do not compare, as the rules of the cluster's own Services are others.
/// </summary>
internal static class BaselineBlocks
{
    /// <summary>In the plan's order: the first arm's attempts come before the last's, and an arm that was not come to has none.</summary>
    public static IEnumerable<BaselineBlock> Of(ExperimentResults results, IEnumerable<AttemptResult> attempts)
    {
        ExperimentSpec spec = results.Summary.Spec;
        int stepsOfMode = spec.Services.Count + 2;
        int BlockOf(AttemptResult attempt) => spec.ProxyModes.Count > 1 ? attempt.Trial.Key.Step / stepsOfMode : 0;
        return
            from attempt in attempts
            where attempt.Trial.Cell.DataPlane == DataPlane.NoRules
            group attempt by BlockOf(attempt) into block
            orderby block.Key
            select new BaselineBlock(
                [.. block.GroupBy(attempt => attempt.Trial.Key.Step).OrderBy(step => step.Key)],
                spec.ProxyModes.Count > 1
                    ? results.Attempts.Where(each => each.Trial.Cell.DataPlane != DataPlane.NoRules && BlockOf(each) == block.Key).Select(each => (DataPlane?)each.Trial.Cell.DataPlane).FirstOrDefault()
                    : null);
    }
}

/// <param name="Arms">By step.</param>
/// <param name="DataPlane">Whose steps they stand around; null where those of all.</param>
internal sealed record BaselineBlock(IReadOnlyList<IGrouping<int, AttemptResult>> Arms, DataPlane? DataPlane);
