namespace Plumbline.Analysis;

/// <summary>
/// Statistics of the accepted trials of each cell and stage, in ns at the machine's usual speed, build by build.
/// Baselines are left out, and so are trials that are too small for the statistic.
/// </summary>
internal sealed class TrialFigures
{
    private static readonly BuildTrials s_none = BuildTrials.Of([]);

    private readonly Dictionary<(Cell Cell, Stage Stage, Statistic Statistic), BuildTrials> _values;

    private TrialFigures(Dictionary<(Cell Cell, Stage Stage, Statistic Statistic), BuildTrials> values) =>
        _values = values;

    /// <exception cref="InvalidOperationException">The results are those of several nodes.</exception>
    public static TrialFigures Of(ExperimentResults results, IEnumerable<Statistic> statistics)
    {
        IReadOnlyDictionary<int, int> builds = results.Builds();
        MachineSpeed speed = MachineSpeed.Of(results);
        return new((
            from attempt in results.OfOneMachine().AcceptedAttempts()
            let cell = attempt.LocalCell()
            where !cell.IsBaseline
            let factor = speed.FactorOf(attempt)
            from latency in attempt.Latencies
            let stage = latency.Stage
            from statistic in statistics
            let ns = latency.Nanoseconds(statistic)
            where ns is not null
            group (builds.Of(attempt), factor * ns.Value) by (Cell: cell, Stage: stage, Statistic: statistic))
            .ToDictionary(each => each.Key, BuildTrials.Of));
    }

    /// <summary>Cells that have the statistic, by column, stage and Services.</summary>
    public IEnumerable<(Cell Cell, Stage Stage)> Cells(Statistic statistic) =>
        from each in _values.Keys
        where each.Statistic == statistic
        orderby each.Cell.Column(), each.Stage, each.Cell.Services
        select (each.Cell, each.Stage);

    /// <summary>Cells whose p50 contains the rules.</summary>
    public IEnumerable<(Cell Cell, Stage Stage)> RuleCells() =>
        Cells(Statistic.P50).Where(each => Headlines.RuleStages.Contains(each.Stage));

    public BuildTrials Of(Cell cell, Stage stage, Statistic statistic = Statistic.P50) =>
        _values.GetValueOrDefault((cell, stage, statistic), s_none);
}
