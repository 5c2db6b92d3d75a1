using System.Data.Common;
using Dapper;
using Plumbline.Contracts;
using Plumbline.Store.Storage;

namespace Plumbline.Store;

/// <summary>
/// The database of results: a file (SQLite) or a server (PostgreSQL) with the same tables. It holds any number of
/// experiments. Each message is one transaction, and recording a message again changes nothing, also when two stores do
/// so at once. An experiment's messages may come in any order. Several threads may use a store on a server at once. A
/// store in a file serves one thread.
/// </summary>
public sealed class ResultsStore : IDisposable
{
    private readonly IResultsDatabase _database;

    static ResultsStore() => Json.Register();

    private ResultsStore(IResultsDatabase database) => _database = database;

    /// <summary>Opens the file to write, creates it when it is missing, and updates its schema.</summary>
    /// <exception cref="ResultsFileException">
    /// The file cannot be created or written, or belongs to another program or another version.
    /// </exception>
    public static ResultsStore Open(string path) => new(new SqliteDatabase(DatabaseFile.OpenToWrite(path)));

    /// <summary>Opens the file to read; never changes it.</summary>
    /// <exception cref="ResultsFileException">
    /// The file is missing, or belongs to another program or another version.
    /// </exception>
    public static ResultsStore OpenExisting(string path) => new(new SqliteDatabase(DatabaseFile.OpenToRead(path)));

    /// <summary>Opens the server's database to write, and updates its schema; several may do so at once.</summary>
    /// <param name="connectionString">For Npgsql: Host=…;Database=…;Username=…;Password=….</param>
    /// <exception cref="ResultsServerException">It does not answer, or belongs to another version.</exception>
    public static ResultsStore OpenPostgres(string connectionString) =>
        new(PostgresDatabase.OpenToWrite(connectionString));

    /// <summary>Opens the server's database to read; never changes it.</summary>
    /// <inheritdoc cref="OpenPostgres" path="/param"/>
    /// <exception cref="ResultsServerException">It does not answer, or belongs to another version.</exception>
    public static ResultsStore OpenPostgresToRead(string connectionString) =>
        new(PostgresDatabase.OpenToRead(connectionString));

    /// <inheritdoc cref="OpenPostgres" path="/param"/>
    /// <exception cref="ResultsServerException">The server does not answer, or has no such database.</exception>
    public static void DemandPostgresReachable(string connectionString) =>
        PostgresDatabase.DemandReachable(connectionString);

    public void RecordStarted(ExperimentStarted started) => Insert(
        "experiment (experiment_id, started_unix_ms, step_count, message) VALUES (@Id, @At, @StepCount, @Message)",
        new
        {
            Id = started.ExperimentId.ToString(),
            At = started.StartedAt.ToUnixTimeMilliseconds(),
            StepCount = started.Steps.Count,
            Message = Json.Of(started),
        });

    public void RecordMachine(NodeDescribed described) => Insert(
        "machine (experiment_id, node, message) VALUES (@Id, @Node, @Message)",
        new { Id = described.ExperimentId.ToString(), described.Node, Message = Json.Of(described) });

    public void RecordStep(ServicesScaled scaled) => Insert(
        "scaled_step (experiment_id, step, run, message) VALUES (@Id, @Step, @Run, @Message)",
        new { Id = scaled.ExperimentId.ToString(), scaled.Step, scaled.Run, Message = Json.Of(scaled) });

    /// <summary>Records one attempt, which is accepted when it has no flags.</summary>
    /// <returns>What is recorded of the attempt: that of the first message about it.</returns>
    /// <exception cref="ArgumentException">
    /// A histogram has another layout, appears twice, or does not add up. Nothing is recorded.
    /// </exception>
    public RecordedVerdict RecordTrial(TrialMeasured measured)
    {
        IReadOnlyList<object> latencies = Latencies.RowsOf(measured);
        TrialKey key = measured.Trial.Key;
        var row = new
        {
            Id = key.ExperimentId.ToString(), key.Step, key.Trial, key.Attempt,
            At = measured.Conditions.StartedAt.ToUnixTimeMilliseconds(),
            Message = Json.Of(measured with
            {
                Histograms = [],
                Probes = [.. measured.Probes.Select(report => report with { Details = [] })],
            }),
        };
        return Write(transaction =>
        {
            const string trial = """
                trial (experiment_id, step, trial, attempt, started_unix_ms, message)
                VALUES (@Id, @Step, @Trial, @Attempt, @At, @Message)
                """;
            if (Insert(transaction, trial, row) > 0)
            {
                Latencies.Write(transaction, latencies);
                return new RecordedVerdict(measured.Flags, measured.Remarks);
            }

            // Histograms of a second message about the same attempt must not mix with those of the first.
            const string first = """
                SELECT message FROM trial
                WHERE experiment_id = @Id AND step = @Step AND trial = @Trial AND attempt = @Attempt
                """;
            TrialMeasured recorded = transaction.Connection!.QuerySingle<Json>(first, row).Read<TrialMeasured>();
            return new RecordedVerdict(recorded.Flags, recorded.Remarks);
        });
    }

    public void RecordCompleted(ExperimentCompleted completed) => RecordEnd(
        completed.ExperimentId, RecordedState.Completed, completed.CompletedAt, null,
        completed.AcceptedTrials, completed.GivenUpTrials);

    public void RecordFailed(ExperimentFailed failed) =>
        RecordEnd(failed.ExperimentId, RecordedState.Failed, failed.FailedAt, failed.Reason);

    public void RecordCancelled(ExperimentCancelled cancelled) =>
        RecordEnd(cancelled.ExperimentId, RecordedState.Cancelled, cancelled.CancelledAt);

    public void RecordRerunStarted(RerunStarted started) => Insert(
        "rerun (experiment_id, run, started_unix_ms, message) VALUES (@Id, @Run, @At, @Message)",
        new
        {
            Id = started.ExperimentId.ToString(), started.Run, At = started.StartedAt.ToUnixTimeMilliseconds(),
            Message = Json.Of(started),
        });

    public void RecordRerunEnded(RerunEnded ended) => Insert(
        "rerun_end (experiment_id, run, ended_unix_ms, message) VALUES (@Id, @Run, @At, @Message)",
        new
        {
            Id = ended.ExperimentId.ToString(), ended.Run, At = ended.EndedAt.ToUnixTimeMilliseconds(),
            Message = Json.Of(ended),
        });

    /// <summary>
    /// Computes mean and percentiles of all the step's attempts, flagged ones too, again from their histograms. Count,
    /// sum, minimum, maximum and overflow were measured and stay.
    /// </summary>
    /// <exception cref="ResultsDamagedException">
    /// A histogram in the database does not add up; nothing is changed.
    /// </exception>
    public RecomputedLatencies Recompute(Guid experimentId, int step) =>
        Write(transaction => Latencies.Recompute(transaction, experimentId, step));

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ExperimentSummary> ListExperiments() => ResultsReader.List(_database);

    /// <param name="idOrPrefix">An experiment's id or any unique prefix of it, with hyphens or without.</param>
    /// <exception cref="ExperimentNotFoundException">No experiment has it, or several have.</exception>
    public ExperimentResults Load(string idOrPrefix) => Load(ResultsReader.Find(_database, idOrPrefix));

    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    public ExperimentResults Load(Guid experimentId) => ResultsReader.Load(_database, experimentId);

    /// <summary>
    /// The single latencies that the experiment kept, by attempt and stage, those of flagged attempts too. There may be
    /// millions, so each attempt's are read when they are asked for.
    /// </summary>
    public IEnumerable<RawLatencies> LoadRaw(ExperimentResults results) => ResultsReader.LoadRaw(_database, results);

    public void Dispose() => _database.Dispose();

    private void RecordEnd(
        Guid experimentId, RecordedState state, DateTimeOffset at,
        string? reason = null, int? acceptedTrials = null, int? givenUpTrials = null) => Insert(
        """
        experiment_end (experiment_id, state, reason, accepted_trials, given_up_trials, ended_unix_ms)
        VALUES (@Id, @State, @Reason, @Accepted, @GivenUp, @At)
        """,
        new
        {
            Id = experimentId.ToString(), State = state.WireName(), Reason = reason, Accepted = acceptedTrials,
            GivenUp = givenUpTrials, At = at.ToUnixTimeMilliseconds(),
        });

    private void Insert(string row, object values) => Write(transaction => Insert(transaction, row, values));

    /// <summary>Writes a row unless there is one with its key.</summary>
    /// <returns>How many rows were written: 0 or 1.</returns>
    private static int Insert(DbTransaction transaction, string row, object values) =>
        transaction.Connection!.Execute($"INSERT INTO {row} ON CONFLICT DO NOTHING", values, transaction);

    private T Write<T>(Func<DbTransaction, T> write) => _database.Use(connection =>
    {
        using DbTransaction transaction = connection.BeginTransaction();
        T written = write(transaction);
        transaction.Commit();
        return written;
    });
}

/// <summary>What is recorded of an attempt, which is accepted when it has no flags.</summary>
public sealed record RecordedVerdict(IReadOnlyList<TrialFlag> Flags, IReadOnlyList<string> Remarks);

/// <param name="Count">Histograms whose figures were computed again.</param>
/// <param name="Changed">How many of them had a wrong figure, now corrected.</param>
public sealed record RecomputedLatencies(int Count, int Changed);
