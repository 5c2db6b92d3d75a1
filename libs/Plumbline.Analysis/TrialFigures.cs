namespace Plumbline.Analysis;

/// <summary>
/// Statistics of the accepted trials of each cell and stage, in ns, build by build. Baselines are left out, and so are
/// trials that are too small for the statistic.
/// </summary>
internal sealed class TrialFigures
{
    private static readonly BuildTrials s_none = BuildTrials.Of([]);

    private readonly Dictionary<(Cell Cell, Stage Stage, Statistic Statistic), BuildTrials> _values;

    private TrialFigures(Dictionary<(Cell Cell, Stage Stage, Statistic Statistic), BuildTrials> values)
    {
        _values = values;
        SpeedError = values.Where(each => each.Key.Statistic == Statistic.P50)
            .Select(each => each.Value.PairedSpeedError).DefaultIfEmpty().Average();
    }

    /// <summary>Of what a round pairs: the mean of <see cref="BuildTrials.PairedSpeedError"/> over the cells.</summary>
    public double SpeedError { get; }

    /// <summary>At the machine's full speed.</summary>
    /// <exception cref="InvalidOperationException">The results are those of several nodes.</exception>
    public static TrialFigures Of(ExperimentResults results, IEnumerable<Statistic> statistics)
    {
        MachineSpeed speed = MachineSpeed.Of(results);
        return Of(results, statistics, speed.FactorOf);
    }

    /// <summary>At the speed of a machine on which control packets take this long.</summary>
    /// <inheritdoc cref="Of(ExperimentResults, IEnumerable{Statistic})"/>
    public static TrialFigures AtSpeed(
        ExperimentResults results, IEnumerable<Statistic> statistics, double controlNs) =>
        Of(results, statistics, attempt => MachineSpeed.FactorOf(attempt, controlNs));

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

    /// <summary>
    /// The p50 of several cells together: within each build round that has them all, the mean of their logarithms. Null
    /// where no round has, or where a figure is not above 0.
    /// </summary>
    public SampleMean? LogsOver(IReadOnlyList<Cell> cells, Stage stage)
    {
        BuildTrials[] all = [.. cells.Select(cell => Of(cell, stage))];
        double[] rounds =
        [
            .. from build in all.SelectMany(each => each.Own)
               group Math.Log(build.Value) by build.Build into round
               where round.Count() == cells.Count
               select round.Average(),
        ];
        double packets = all.Sum(each => each.PacketVariance) / (cells.Count * cells.Count);
        return rounds.Length == 0 || !rounds.All(double.IsFinite)
            ? null
            : SampleMean.Of(rounds).WithErrors(packets, all.Average(each => each.SharedError));
    }

    private static TrialFigures Of(
        ExperimentResults results, IEnumerable<Statistic> statistics, Func<AttemptResult, double> factorOf)
    {
        IReadOnlyDictionary<int, int> builds = results.Builds();
        var cells =
            from attempt in results.OfOneMachine().AcceptedAttempts()
            where !attempt.Trial.Cell.IsBaseline
            let cell = attempt.LocalCell()
            let build = builds.Of(attempt)
            let factor = factorOf(attempt)
            from latency in attempt.Latencies
            let stage = latency.Stage
            from statistic in statistics
            let ns = latency.Nanoseconds(statistic)
            where ns is not null
            let packetError = PacketError.Of(latency, statistic)
            group new TrialAtSpeed(build, factor * ns.Value, -Math.Log(factor), packetError)
                by (Cell: cell, Stage: stage, Statistic: statistic);
        return new(cells.ToDictionary(each => each.Key, each => TrialAtSpeed.BuildsOf([.. each])));
    }
}
