using System.Data;
using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Plumbline.Contracts;

namespace Plumbline.Store.Storage;

/// <summary>Reads what <see cref="ResultsStore"/> has written.</summary>
internal static class ResultsReader
{
    private const string Experiments = """
        SELECT experiment.message AS Started, state AS State, reason AS Reason, ended_unix_ms AS EndedUnixMs
        FROM experiment
        LEFT JOIN experiment_end ON experiment_end.experiment_id = experiment.experiment_id
        """;

    private const string Reruns = """
        SELECT rerun.message AS Started, rerun_end.message AS Ended
        FROM rerun
        LEFT JOIN rerun_end ON rerun_end.experiment_id = rerun.experiment_id AND rerun_end.run = rerun.run
        WHERE rerun.experiment_id = @Id
        ORDER BY rerun.run
        """;

    /// <summary>Newest first.</summary>
    public static IReadOnlyList<ExperimentSummary> List(IResultsDatabase database) => database.Use(connection =>
        Summaries(connection, $"{Experiments} ORDER BY started_unix_ms DESC, experiment.experiment_id"));

    /// <exception cref="ExperimentNotFoundException">No experiment's id has the prefix, or several do.</exception>
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
                $"the ids of {matches.Length} experiments start with '{idOrPrefix}': {string.Join(", ", matches)}",
                matches),
        };
    }

    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    public static ExperimentResults Load(IResultsDatabase database, Guid experimentId) => database.Use(connection =>
    {
        // One snapshot, though a writer may be at work.
        using DbTransaction transaction = connection is SqliteConnection file
            ? file.BeginTransaction(deferred: true)
            : connection.BeginTransaction(IsolationLevel.RepeatableRead);
        var id = new { Id = experimentId.ToString() };
        ExperimentSummary summary =
            Summaries(connection, $"{Experiments} WHERE experiment.experiment_id = @Id", id).SingleOrDefault()
            ?? throw new ExperimentNotFoundException($"there is no experiment {experimentId}", []);
        IReadOnlyList<NodeDescribed> machines = Messages<NodeDescribed>(connection, "machine", "node", id);
        // A trial's number is unique within its experiment, so the step is not needed.
        ILookup<(int, int), StoredLatency> latencies = Latencies.Read(connection, experimentId)
            .ToLookup(row => (row.Trial, row.Attempt));
        return new ExperimentResults
        {
            Summary = summary,
            Machine = machines.SingleOrDefault(each => each.Node is null)?.Machine,
            NodeMachines = machines.Where(each => each.Node is not null)
                .ToDictionary(each => each.Node!, each => each.Machine),
            Steps = Latest(Messages<ServicesScaled>(connection, "scaled_step", "step, run", id)),
            Reruns = [.. connection.Query<RerunRow>(Reruns, id).Select(RerunOf)],
            Attempts =
            [
                .. Messages<TrialMeasured>(connection, "trial", "step, trial, attempt", id)
                    .Select(each => AttemptOf(each, latencies[(each.Trial.Key.Trial, each.Trial.Key.Attempt)])),
            ],
        };
    });

    /// <summary>The single latencies that the experiment kept, by attempt and stage, each read on demand.</summary>
    public static IEnumerable<RawLatencies> LoadRaw(IResultsDatabase database, ExperimentResults results) =>
        from attempt in results.Attempts
        where attempt.Trial.KeepRaw
        from latency in attempt.Latencies
        let values = database.Use(connection => Latencies.ReadRaw(connection, attempt.Trial.Key, latency.Stage))
        where values is { Length: > 0 }
        select new RawLatencies(attempt.Trial, latency.Stage, values);

    private static IReadOnlyList<T> Messages<T>(DbConnection connection, string table, string order, object id) =>
    [
        .. connection.Query<Json>($"SELECT message FROM {table} WHERE experiment_id = @Id ORDER BY {order}", id)
            .Select(json => json.Read<T>()),
    ];

    private static IReadOnlyList<ExperimentSummary> Summaries(DbConnection connection, string sql, object? id = null) =>
        [.. connection.Query<ExperimentRow>(sql, id).Select(SummaryOf)];

    private static ExperimentSummary SummaryOf(ExperimentRow row)
    {
        ExperimentStarted started = row.Started.Read<ExperimentStarted>();
        return new ExperimentSummary
        {
            ExperimentId = started.ExperimentId,
            Name = started.Spec.Name,
            State = row.State is { } state ? WireNames.Parse<RecordedState>(state) : RecordedState.Started,
            Reason = row.Reason,
            Spec = started.Spec,
            Steps = started.Steps,
            TrialCount = started.TrialCount,
            StartedAt = started.StartedAt,
            EndedAt = row.EndedUnixMs is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : null,
        };
    }

    private static RerunResult RerunOf(RerunRow row)
    {
        RerunStarted started = row.Started.Read<RerunStarted>();
        RerunEnded? ended = row.Ended?.Read<RerunEnded>();
        return new RerunResult
        {
            RerunId = started.RerunId,
            Run = started.Run,
            Step = started.Step,
            Stage = started.Stage,
            FirstAttempt = started.FirstAttempt,
            TrialCount = started.TrialCount,
            StartedAt = started.StartedAt,
            Outcome = ended?.Outcome,
            Reason = string.IsNullOrEmpty(ended?.Reason) ? null : ended.Reason,
            AcceptedTrials = ended?.AcceptedTrials,
            GivenUpTrials = ended?.GivenUpTrials,
            EndedAt = ended?.EndedAt,
        };
    }

    /// <summary>
    /// Leaves out of each set-up of a step what a later run set up again: data planes and nodes. Those of one run stay
    /// together.
    /// </summary>
    private static IReadOnlyList<ServicesScaled> Latest(IReadOnlyList<ServicesScaled> all) =>
    [
        .. all.Select(scaled =>
        {
            ServicesScaled[] later = [.. all.Where(each => each.Step == scaled.Step && each.Run > scaled.Run)];
            return scaled with
            {
                DataPlanes =
                [
                    .. scaled.DataPlanes.ExceptBy(
                        later.SelectMany(each => each.DataPlanes).Select(each => each.Cell), each => each.Cell)
                        .OrderBy(each => each.Cell),
                ],
                Nodes =
                [
                    .. scaled.Nodes.ExceptBy(
                        later.SelectMany(each => each.Nodes).Select(each => each.Node.Name), each => each.Node.Name)
                        .OrderBy(each => each.Node.Name, StringComparer.Ordinal),
                ],
            };
        }).Where(scaled => scaled.DataPlanes.Count > 0),
    ];

    private static AttemptResult AttemptOf(TrialMeasured measured, IEnumerable<StoredLatency> rows)
    {
        ILookup<string, MeasuredLatency> byProbe = rows.ToLookup(row => row.Probe ?? "", row => row.Latency);
        return new AttemptResult
        {
            Trial = measured.Trial,
            Conditions = measured.Conditions,
            // PostgreSQL keeps JSON without the order of its members.
            Counts = measured.Counts with { LostByReason = InOrder(measured.Counts.LostByReason) },
            Flags = measured.Flags,
            Remarks = measured.Remarks,
            Latencies = [.. byProbe[""].OrderBy(latency => latency.Stage)],
            Probes =
            [
                .. measured.Probes.Select(report => new ProbeResult(
                    report with { Counts = InOrder(report.Counts) },
                    [.. byProbe[report.Probe].OrderBy(latency => latency.Name, StringComparer.Ordinal)])),
            ],
        };
    }

    private static SortedDictionary<string, long> InOrder(IReadOnlyDictionary<string, long> counts) =>
        new(counts.ToDictionary(), StringComparer.Ordinal);

    private sealed record ExperimentRow
    {
        public required Json Started { get; init; }

        public required string? State { get; init; }

        public required string? Reason { get; init; }

        public required long? EndedUnixMs { get; init; }
    }

    private sealed record RerunRow
    {
        public required Json Started { get; init; }

        public required Json? Ended { get; init; }
    }
}
