using System.Data.Common;
using Plumbline.Contracts;

namespace Plumbline.Results.Storage;

/// <summary>Reads what <see cref="ResultsStore"/> has written.</summary>
internal static class ResultsReader
{
    public static IReadOnlyList<ExperimentSummary> List(IResultsDatabase database) => database.Use<IReadOnlyList<ExperimentSummary>>(connection =>
        [.. Schema.ExperimentSummary.Select(connection, "ORDER BY started_unix_ms DESC, experiment_id").Select(SummaryOf)]);

    /// <exception cref="ExperimentNotFoundException">No experiment's id starts so, or several do.</exception>
    public static Guid Find(IResultsDatabase database, string idOrPrefix)
    {
        string prefix = idOrPrefix.Replace("-", "", StringComparison.Ordinal);
        Guid[] matches = prefix.Length == 0 ? [] :
        [
            .. List(database).Select(each => each.ExperimentId)
                .Where(id => id.ToString("N").StartsWith(prefix, StringComparison.OrdinalIgnoreCase)),
        ];
        return matches.Length switch
        {
            1 => matches[0],
            0 => throw new ExperimentNotFoundException($"no experiment's id starts with '{idOrPrefix}'", matches),
            _ => throw new ExperimentNotFoundException(
                $"the ids of {matches.Length} experiments start with '{idOrPrefix}': {string.Join(", ", matches)}", matches),
        };
    }

    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    public static ExperimentResults Load(IResultsDatabase database, Guid experimentId) =>
        database.Use(connection => Load(database, connection, experimentId));

    private static ExperimentResults Load(IResultsDatabase database, DbConnection connection, Guid experimentId)
    {
        // One snapshot, though a writer may be at work.
        using DbTransaction transaction = database.BeginSnapshot(connection);
        const string ofExperiment = "WHERE experiment_id = @id ";
        const string inOrder = ofExperiment + "ORDER BY step, trial, attempt";
        var parameters = new { id = experimentId.ToString() };

        ExperimentSummaryRow summary = Schema.ExperimentSummary.Select(connection, ofExperiment, parameters).SingleOrDefault()
            ?? throw new ExperimentNotFoundException($"there is no experiment {experimentId}", []);
        ILookup<(long, long), TrialLossRow> losses = ByAttempt(Schema.TrialLoss.Select(connection, inOrder, parameters));
        ILookup<(long, long), LatencyRow> latencies = ByAttempt(Schema.Latency.Select(connection, inOrder, parameters));
        ILookup<(long, long), HistogramBucketRow> buckets =
            ByAttempt(Schema.HistogramBucket.Select(connection, inOrder + ", stage, bucket_index", parameters));

        ILookup<(long, long), ProgramRunRow> programs = ByAttempt(Schema.ProgramRun.Select(connection, inOrder + ", program", parameters));

        return new ExperimentResults
        {
            Summary = SummaryOf(summary),
            Machine = Schema.Machine.Select(connection, ofExperiment, parameters).Select(row => row.Description()).SingleOrDefault(),
            NodeMachines = Schema.NodeMachine.Select(connection, ofExperiment + "ORDER BY node", parameters)
                .ToDictionary(row => row.Node, row => row.Description()),
            Steps = StepsOf(
                Schema.Step.Select(connection, ofExperiment + "ORDER BY step, run", parameters),
                Schema.NodeStep.Select(connection, ofExperiment + "ORDER BY step, run", parameters)),
            Reruns = [.. Schema.RerunSummary.Select(connection, ofExperiment + "ORDER BY run", parameters).Select(RerunOf)],
            Attempts =
            [
                .. Schema.Trial.Select(connection, inOrder, parameters).Select(row => AttemptReader.AttemptOf(
                    row, losses[(row.Trial, row.Attempt)], latencies[(row.Trial, row.Attempt)], buckets[(row.Trial, row.Attempt)], programs[(row.Trial, row.Attempt)])),
            ],
        };
    }

    /// <summary>The latencies that were kept, by attempt and stage; each read when it is asked for.</summary>
    public static IEnumerable<RawLatencies> LoadRaw(IResultsDatabase database, ExperimentResults results) =>
        from attempt in results.Attempts
        where attempt.Trial.KeepRaw
        from latency in attempt.Latencies
        let values = database.Use(connection => Raw(connection, attempt.Trial.Key, latency.Stage))
        where values.Length > 0
        select new RawLatencies(attempt.Trial, latency.Stage, values);

    private static long[] Raw(DbConnection connection, TrialKey key, Stage stage) =>
    [
        .. Schema.RawLatency.Select(
            connection,
            "WHERE experiment_id = @id AND step = @step AND trial = @trial AND attempt = @attempt AND stage = @stage ORDER BY number",
            new { id = key.ExperimentId.ToString(), step = key.Step, trial = key.Trial, attempt = key.Attempt, stage = stage.WireName() })
            .Select(row => row.LatencyNs),
    ];

    // A trial's number is unique within its experiment, so the step is not needed to tell attempts apart.
    private static ILookup<(long Trial, long Attempt), TRow> ByAttempt<TRow>(IEnumerable<TRow> rows)
        where TRow : TrialPartRow => rows.ToLookup(row => (row.Trial, row.Attempt));

    private static ExperimentSummary SummaryOf(ExperimentSummaryRow row) => new()
    {
        ExperimentId = Guid.Parse(row.ExperimentId),
        Name = row.Name,
        State = WireNames.Parse<ExperimentState>(row.State),
        Reason = row.Reason,
        Spec = SpecJson.Read(row.SpecJson),
        StepCount = (int)row.StepCount,
        TrialCount = (int)row.TrialCount,
        StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.StartedUnixMs),
        EndedAt = row.EndedUnixMs is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null,
    };

    private static RerunResult RerunOf(RerunSummaryRow row) => new()
    {
        RerunId = Guid.Parse(row.RerunId),
        Run = (int)row.Run,
        Step = (int)row.Step,
        Stage = WireNames.Parse<RerunStage>(row.Stage),
        FirstAttempt = (int)row.FirstAttempt,
        TrialCount = (int)row.TrialCount,
        StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.StartedUnixMs),
        Outcome = row.EndedUnixMs is null ? null : WireNames.Parse<ExperimentOutcome>(row.State),
        Reason = row.Reason,
        AcceptedTrials = (int?)row.AcceptedTrials,
        GivenUpTrials = (int?)row.GivenUpTrials,
        EndedAt = row.EndedUnixMs is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null,
    };

    /// <summary>Of each step's data planes, and of its nodes, the latest run; those of one run together.</summary>
    private static IReadOnlyList<ServicesScaled> StepsOf(IEnumerable<StepRow> rows, IEnumerable<NodeStepRow> nodeRows)
    {
        ILookup<(long Step, long Run), ScaledNode> nodes = nodeRows.GroupBy(row => (row.Step, row.Node))
            .Select(ready => ready.MaxBy(row => row.Run)!)
            .OrderBy(row => row.Node, StringComparer.Ordinal)
            .ToLookup(row => (row.Step, row.Run), row => row.ScaledNode());
        return
        [
            .. rows.GroupBy(row => (row.Step, row.DataPlane))
                .Select(programmed => programmed.MaxBy(row => row.Run)!)
                .GroupBy(row => (row.Step, row.Run))
                .OrderBy(step => step.Key)
                .Select(step => StepOf(step, nodes[step.Key])),
        ];
    }

    private static ServicesScaled StepOf(IGrouping<(long Step, long Run), StepRow> rows, IEnumerable<ScaledNode> nodes) => new()
    {
        ExperimentId = Guid.Parse(rows.First().ExperimentId),
        Step = (int)rows.Key.Step,
        Run = (int)rows.Key.Run,
        DataPlanes =
        [
            .. rows.Select(row => new ProgrammedDataPlane
            {
                DataPlane = WireNames.Parse<DataPlane>(row.DataPlane),
                Services = (int)row.Services,
                Rules = (int)row.Rules,
                ProgrammingNs = row.ProgrammingNs,
                Tool = row.Tool,
            }).OrderBy(each => each.DataPlane),
        ],
        Nodes = [.. nodes],
    };
}
