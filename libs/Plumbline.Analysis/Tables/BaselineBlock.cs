namespace Plumbline.Analysis.Tables;

/// <summary>
/// The attempts of one pair of baselines. Baselines of different blocks do not compare: with kube-proxy in another
/// mode, the cluster's own Services have other rules. Nor do those of different cells, as of TCP and UDP packets.
/// </summary>
/// <param name="Around">
/// What distinguishes the baseline from the experiment's others: the data plane of its block's mode, or what its own
/// cell differs in. Null where there is one.
/// </param>
/// <param name="First">Empty where the arm has no attempt; so may <paramref name="Last"/> be.</param>
internal sealed record BaselineBlock(
    Cell? Around, IReadOnlyList<AttemptResult> First, IReadOnlyList<AttemptResult> Last)
{
    /// <summary>In the order of the plan.</summary>
    public static IEnumerable<BaselineBlock> All(ExperimentResults results, IEnumerable<AttemptResult> attempts)
    {
        AttemptResult[] baselines = [.. attempts.Where(attempt => attempt.Trial.Cell.IsBaseline)];
        ILookup<(int, Cell), AttemptResult> byStep =
            baselines.ToLookup(attempt => (attempt.Trial.Key.Step, attempt.LocalCell()));
        Cell[] cells = [.. baselines.Select(attempt => attempt.LocalCell()).Distinct().Order()];
        IGrouping<int, StepDescription>[] blocks = [.. results.Summary.Steps.GroupBy(step => step.Block)];
        return
            from block in blocks
            from cell in cells
            select new BaselineBlock(
                Around(block, cell), Arm(block, StepRole.FirstBaseline, cell), Arm(block, StepRole.LastBaseline, cell));

        AttemptResult[] Arm(IEnumerable<StepDescription> block, StepRole role, Cell cell) =>
            [.. block.Where(step => step.Role == role).SelectMany(step => byStep[(step.Step, cell)])];

        Cell? Around(IEnumerable<StepDescription> block, Cell cell)
        {
            Cell ofBlock = blocks.Length == 1 ? Cell.Empty : Cells(block).Aggregate(InCommon)
                .Without(Cells(results.Summary.Steps).Aggregate(InCommon).Known);
            Cell distinct = ofBlock.With(cell.Without(cells.Aggregate(InCommon).Known));
            return distinct == Cell.Empty ? null : distinct;
        }
    }

    /// <summary>The cells of the steps with Services.</summary>
    private static IEnumerable<Cell> Cells(IEnumerable<StepDescription> steps) => steps
        .Where(step => step.Role == StepRole.Services)
        .SelectMany(step => step.DataPlanes.Select(plane => step.Cell.With(plane)))
        .DefaultIfEmpty(Cell.Empty);

    private static Cell InCommon(Cell all, Cell next) => all.Without(all.Known.Where(axis => all[axis] != next[axis]));
}
