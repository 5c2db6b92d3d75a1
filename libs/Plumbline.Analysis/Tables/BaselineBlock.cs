namespace Plumbline.Analysis.Tables;

/// <summary>
/// The attempts of one pair of baselines. Baselines of different blocks do not compare: with kube-proxy in another
/// mode, the cluster's own Services have other rules.
/// </summary>
/// <param name="Around">
/// What distinguishes the block's cells from those of other blocks, as the data plane of its mode; null where there is
/// one block.
/// </param>
/// <param name="First">Empty where the arm has no attempt; so may <paramref name="Last"/> be.</param>
internal sealed record BaselineBlock(
    Cell? Around, IReadOnlyList<AttemptResult> First, IReadOnlyList<AttemptResult> Last)
{
    /// <summary>In the order of the plan.</summary>
    public static IEnumerable<BaselineBlock> All(ExperimentResults results, IEnumerable<AttemptResult> attempts)
    {
        ILookup<int, AttemptResult> byStep = attempts.ToLookup(attempt => attempt.Trial.Key.Step);
        IGrouping<int, StepDescription>[] blocks = [.. results.Summary.Steps.GroupBy(step => step.Block)];
        return
            from block in blocks
            select new BaselineBlock(
                Around(block), Arm(block, StepRole.FirstBaseline), Arm(block, StepRole.LastBaseline));

        AttemptResult[] Arm(IEnumerable<StepDescription> block, StepRole role) =>
            [.. block.Where(step => step.Role == role).SelectMany(step => byStep[step.Step])];

        Cell? Around(IEnumerable<StepDescription> block)
        {
            Cell own = Common(block);
            Cell distinct = own.Without(Common(results.Summary.Steps).Known);
            return blocks.Length > 1 && distinct != Cell.Empty ? distinct : null;
        }
    }

    /// <summary>The values that all cells of the steps with Services share.</summary>
    private static Cell Common(IEnumerable<StepDescription> steps) => steps
        .Where(step => step.Role == StepRole.Services)
        .SelectMany(step => step.DataPlanes.Select(plane => step.Cell.With(plane)))
        .DefaultIfEmpty(Cell.Empty)
        .Aggregate((all, next) => all.Without(all.Known.Where(axis => all[axis] != next[axis])));
}
