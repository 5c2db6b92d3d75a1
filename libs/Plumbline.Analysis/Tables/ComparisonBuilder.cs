namespace Plumbline.Analysis.Tables;

/// <summary>Gathers an experiment's attempts into cells.</summary>
internal sealed class ComparisonBuilder
{
    private readonly ExperimentResults _results;
    private readonly IReadOnlyDictionary<int, int> _builds;
    private readonly HashSet<TrialKey> _accepted;
    private readonly HashSet<TrialKey> _givenUp;
    private readonly Dictionary<Measure, Stage[]> _stages;
    private readonly MachineSpeed _speed;

    private ComparisonBuilder(ExperimentResults results)
    {
        _results = results.OfOneMachine();
        _speed = MachineSpeed.Of(results);
        _builds = results.Builds();
        _accepted = [.. results.AcceptedAttempts().Select(attempt => attempt.Trial.Key)];
        _givenUp = [.. results.GivenUpTrials().Select(attempt => attempt.Trial.Key)];
        _stages = results.Attempts.GroupBy(attempt => attempt.Trial.Measure)
            .ToDictionary(measure => measure.Key, measure => StagesOf(measure.Key, [.. measure]));
    }

    /// <exception cref="InvalidOperationException">The results are those of several nodes.</exception>
    public static ComparisonTable Build(ExperimentResults results) => new ComparisonBuilder(results).Build();

    private ComparisonTable Build()
    {
        ILookup<bool, AttemptResult> byBaseline = _results.Attempts.ToLookup(attempt => attempt.Trial.Cell.IsBaseline);
        ComparisonCell[] cells = [.. CellsOf(byBaseline[false])];
        return new ComparisonTable
        {
            Measures = [.. _stages.Keys.Order()],
            Rows = [.. cells.Select(cell => cell.Cell.Services).Distinct()],
            Columns = [.. cells.Select(cell => cell.Cell.Column()).Distinct().Order()],
            Cells = cells,
            Baselines =
            [
                .. from block in BaselineBlock.All(_results, byBaseline[true])
                   from arm in new[] { (Arm.First, block.First), (Arm.Last, block.Last) }
                   from cell in CellsOf(arm.Item2)
                   select new BaselineArm(arm.Item1, arm.Item2[0].Trial.Key.Step, cell, block.Around),
            ],
        };
    }

    private IEnumerable<ComparisonCell> CellsOf(IEnumerable<AttemptResult> attempts) =>
        from cell in attempts.GroupBy(attempt => attempt.LocalCell()).ByRow(cell => cell.Key)
        from measure in cell.GroupBy(attempt => attempt.Trial.Measure).OrderBy(measure => measure.Key)
        from stage in _stages[measure.Key]
        select CellOf(cell.Key, stage, [.. measure]);

    private ComparisonCell CellOf(Cell cell, Stage stage, AttemptResult[] attempts)
    {
        (int Build, double Factor, MeasuredLatency Latency)[] trials =
        [
            .. from attempt in attempts
               where _accepted.Contains(attempt.Trial.Key)
               let latency = attempt.Latency(stage)
               where latency is not null
               select (_builds.Of(attempt), FactorOf(attempt), latency),
        ];
        return new ComparisonCell
        {
            Cell = cell,
            Stage = stage,
            Builds = trials.Select(trial => trial.Build).Distinct().Count(),
            Trials = trials.Length,
            Samples = trials.Sum(trial => trial.Latency.Count),
            FlaggedAttempts = attempts.Count(attempt => !attempt.Accepted),
            GivenUpTrials = attempts.Count(attempt => _givenUp.Contains(attempt.Trial.Key)),
            Statistics = (
                from statistic in Enum.GetValues<Statistic>()
                let across = AcrossBuilds.Of(BuildTrials.Of(
                    from trial in trials
                    let ns = trial.Latency.Nanoseconds(statistic)
                    where ns is not null
                    select (trial.Build, trial.Factor * ns.Value)))
                where across is not null
                select (statistic, across)).ToDictionary(),
        };
    }

    /// <summary>A baseline shows how the machine changed, so its figures are as they were measured.</summary>
    private double FactorOf(AttemptResult attempt) => attempt.Trial.Cell.IsBaseline ? 1 : _speed.FactorOf(attempt);

    /// <summary>
    /// The stages that the measure yielded anywhere: a kept-alive connection, for one, is opened in no trial. When
    /// every attempt was flagged before it measured, all stages that were asked for, so that the cells still show that.
    /// </summary>
    private Stage[] StagesOf(Measure measure, AttemptResult[] attempts)
    {
        Stage[] all = [.. Stage.All.Where(stage => stage.Measure == measure)];
        Stage[] measured = [.. all.Where(stage => attempts.Any(attempt => attempt.Latency(stage) is { Count: > 0 }))];
        return measured.Length > 0 ? measured : [.. all.Where(IsAsked)];

        bool IsAsked(Stage stage) =>
            measure != Measure.OneWay || _results.Summary.Spec.Timing.Contains(stage.Timing.WireName());
    }
}
