using Plumbline.Contracts;

namespace Plumbline.Results;

internal sealed record AnalysisCell(int Services, ComparisonColumn Column, Stage Stage);

/// <summary>The statistics of accepted trials by their cell, in ns. Only cells that have the statistic in a trial.</summary>
internal sealed class TrialFigures
{
    private readonly ILookup<(AnalysisCell Cell, Statistic Statistic), double> _values;

    private TrialFigures(ILookup<(AnalysisCell Cell, Statistic Statistic), double> values) => _values = values;

    public static TrialFigures Of(ExperimentResults results) => new((
        from attempt in results.AcceptedAttempts()
        let trial = attempt.Trial
        where trial.Cell.DataPlane != DataPlane.NoRules
        from latency in attempt.Latencies
        from statistic in new[] { Statistic.P50, Statistic.P99 }
        let ns = latency.Nanoseconds(statistic)
        where ns is not null
        let cell = new AnalysisCell(trial.Cell.Services, new ComparisonColumn(trial.Cell.DataPlane, trial.Cell.Position), latency.Stage)
        select (Cell: cell, Statistic: statistic, Ns: ns.Value))
        .ToLookup(each => (each.Cell, each.Statistic), each => each.Ns));

    /// <summary>By data plane, position, stage and Services.</summary>
    public IEnumerable<AnalysisCell> Cells(Statistic statistic) => _values.Select(each => each.Key)
        .Where(key => key.Statistic == statistic).Select(key => key.Cell)
        .OrderBy(cell => cell.Column.DataPlane).ThenBy(cell => cell.Column.Position).ThenBy(cell => cell.Stage).ThenBy(cell => cell.Services);

    /// <summary>Cells whose p50 is of the rules.</summary>
    public IEnumerable<AnalysisCell> RuleCells() => Cells(Statistic.P50).Where(cell => AnalysisBuilder.RuleStages.Contains(cell.Stage));

    public double[] Of(AnalysisCell cell, Statistic statistic = Statistic.P50) => [.. _values[(cell, statistic)]];
}
