namespace Plumbline.Analysis;

/// <summary>
/// Statistics of the accepted trials of each cell and stage, in ns, in the order of the plan. Baselines are left out,
/// and so are trials that are too small for the statistic.
/// </summary>
internal sealed class TrialFigures
{
    private readonly ILookup<(Cell Cell, Stage Stage, Statistic Statistic), double> _values;

    private TrialFigures(ILookup<(Cell Cell, Stage Stage, Statistic Statistic), double> values) => _values = values;

    /// <exception cref="InvalidOperationException">The results are those of several nodes.</exception>
    public static TrialFigures Of(ExperimentResults results, IEnumerable<Statistic> statistics) => new((
        from attempt in results.OfOneMachine().AcceptedAttempts()
        let cell = attempt.LocalCell()
        where !cell.IsBaseline
        from latency in attempt.Latencies
        let stage = latency.Stage
        from statistic in statistics
        let ns = latency.Nanoseconds(statistic)
        where ns is not null
        select (Key: (Cell: cell, Stage: stage, Statistic: statistic), Ns: ns.Value))
        .ToLookup(each => each.Key, each => each.Ns));

    /// <summary>Cells that have the statistic, by column, stage and Services.</summary>
    public IEnumerable<(Cell Cell, Stage Stage)> Cells(Statistic statistic) =>
        from each in _values
        where each.Key.Statistic == statistic
        orderby each.Key.Cell.Column(), each.Key.Stage, each.Key.Cell.Services
        select (each.Key.Cell, each.Key.Stage);

    /// <summary>Cells whose p50 contains the rules.</summary>
    public IEnumerable<(Cell Cell, Stage Stage)> RuleCells() =>
        Cells(Statistic.P50).Where(each => Headlines.RuleStages.Contains(each.Stage));

    public double[] Of(Cell cell, Stage stage, Statistic statistic = Statistic.P50) =>
        [.. _values[(cell, stage, statistic)]];
}
