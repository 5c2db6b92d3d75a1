using System.Data.Common;
using Plumbline.Contracts;
using Plumbline.Results.Storage;

namespace Plumbline.Results;

/// <summary>
/// The database of results, in a file (SQLite) or on a server (PostgreSQL), with the same tables; holds any number of
/// experiments. Each message is one transaction, and recording a message again changes nothing, also when two stores do so at
/// once. Messages of an experiment may come in any order. A store on a server may be used by several threads, one of a file by
/// one at a time.
/// </summary>
public sealed class ResultsStore : IDisposable
{
    private readonly IResultsDatabase _database;

    private ResultsStore(IResultsDatabase database) => _database = database;

    /// <summary>Opens the file to write, makes it when it is missing, and brings it to this version's schema.</summary>
    /// <exception cref="ResultsFileException">The file cannot be made or written, or is not one of results.</exception>
    public static ResultsStore Open(string path) => new(new SqliteDatabase(DatabaseFile.OpenToWrite(path)));

    /// <summary>Opens the file to read; never changes it.</summary>
    /// <exception cref="ResultsFileException">The file is missing, or not one of results of this version.</exception>
    public static ResultsStore OpenExisting(string path) => new(new SqliteDatabase(DatabaseFile.OpenToRead(path)));

    /// <summary>Opens the server's database to write, and brings it to this version's schema; several may do so at once.</summary>
    /// <param name="connectionString">As Npgsql has it: Host=…;Database=…;Username=…;Password=….</param>
    /// <exception cref="ResultsServerException">It cannot be reached, or not brought to this version's schema.</exception>
    public static ResultsStore OpenPostgres(string connectionString) => new(PostgresDatabase.OpenToWrite(connectionString));

    /// <summary>Opens the server's database to read; never changes it.</summary>
    /// <inheritdoc cref="OpenPostgres" path="/param"/>
    /// <exception cref="ResultsServerException">It cannot be reached, or has not this version's schema.</exception>
    public static ResultsStore OpenPostgresToRead(string connectionString) => new(PostgresDatabase.OpenToRead(connectionString));

    /// <inheritdoc cref="OpenPostgres" path="/param"/>
    /// <exception cref="ResultsServerException">The server does not answer, or has no such database.</exception>
    public static void DemandPostgresReachable(string connectionString) => PostgresDatabase.DemandReachable(connectionString);

    public void RecordStarted(ExperimentStarted started) => Write(transaction => Schema.Experiment.Insert(transaction, new ExperimentRow
    {
        ExperimentId = started.ExperimentId.ToString(),
        Name = started.Spec.Name,
        Seed = started.Spec.Seed,
        SpecJson = SpecJson.Write(started.Spec),
        StepCount = started.StepCount,
        TrialCount = started.TrialCount,
        StartedUnixMs = started.StartedAt.ToUnixTimeMilliseconds(),
    }));

    public void RecordMachine(NodeDescribed described) => Write(transaction =>
    {
        if (described.Node is { } node)
        {
            Schema.NodeMachine.Insert(transaction, new NodeMachineRow(described, node));
        }
        else
        {
            Schema.Machine.Insert(transaction, new MachineRow(described));
        }
    });

    public void RecordStep(ServicesScaled scaled) => Write(transaction =>
    {
        Schema.Step.Insert(transaction, scaled.DataPlanes.Select(each => new StepRow
        {
            ExperimentId = scaled.ExperimentId.ToString(),
            Run = scaled.Run,
            Step = scaled.Step,
            DataPlane = each.DataPlane.WireName(),
            Services = each.Services,
            Rules = each.Rules,
            ProgrammingNs = each.ProgrammingNs,
            Tool = each.Tool,
        }));
        Schema.NodeStep.Insert(transaction, NodeStepRow.Of(scaled));
    });

    /// <summary>Records one attempt; it is accepted when it has no flags.</summary>
    /// <returns>What is recorded of it: of the first message about it, where this is another.</returns>
    /// <exception cref="ArgumentException">A histogram is of another layout, appears twice, or does not add up; nothing is recorded.</exception>
    public RecordedVerdict RecordTrial(TrialMeasured measured)
    {
        TrialRows rows = TrialRows.Of(measured);
        bool isFirst = false;
        Write(transaction =>
        {
            // Parts of a second message about the same attempt must not mix with those of the first.
            isFirst = Schema.Trial.Insert(transaction, rows.Trial) > 0;
            if (!isFirst)
            {
                return;
            }

            _database.Append(transaction, Schema.TrialLoss, rows.Losses);
            _database.Append(transaction, Schema.Latency, rows.Latencies);
            _database.Append(transaction, Schema.HistogramBucket, rows.Buckets);
            _database.Append(transaction, Schema.RawLatency, rows.Raw);
            _database.Append(transaction, Schema.ProgramRun, rows.ProgramRuns);
        });
        return isFirst ? new RecordedVerdict(measured.Flags, measured.Remarks) : _database.Use(connection => AttemptReader.VerdictOf(
            Schema.Trial.Select(
                connection,
                "WHERE experiment_id = @ExperimentId AND step = @Step AND trial = @Trial AND attempt = @Attempt",
                new { rows.Trial.ExperimentId, rows.Trial.Step, rows.Trial.Trial, rows.Trial.Attempt }).Single()));
    }

    public void RecordCompleted(ExperimentCompleted completed) => RecordEnd(new ExperimentEndRow
    {
        ExperimentId = completed.ExperimentId.ToString(),
        State = ExperimentState.Completed.WireName(),
        AcceptedTrials = completed.AcceptedTrials,
        GivenUpTrials = completed.GivenUpTrials,
        EndedUnixMs = completed.CompletedAt.ToUnixTimeMilliseconds(),
    });

    public void RecordFailed(ExperimentFailed failed) => RecordEnd(new ExperimentEndRow
    {
        ExperimentId = failed.ExperimentId.ToString(),
        State = ExperimentState.Failed.WireName(),
        Reason = failed.Reason,
        EndedUnixMs = failed.FailedAt.ToUnixTimeMilliseconds(),
    });

    public void RecordCancelled(ExperimentCancelled cancelled) => RecordEnd(new ExperimentEndRow
    {
        ExperimentId = cancelled.ExperimentId.ToString(),
        State = ExperimentState.Cancelled.WireName(),
        EndedUnixMs = cancelled.CancelledAt.ToUnixTimeMilliseconds(),
    });

    public void RecordRerunStarted(RerunStarted started) => Write(transaction => Schema.Rerun.Insert(transaction, new RerunRow
    {
        ExperimentId = started.ExperimentId.ToString(),
        Run = started.Run,
        RerunId = started.RerunId.ToString(),
        Step = started.Step,
        Stage = started.Stage.WireName(),
        FirstAttempt = started.FirstAttempt,
        TrialCount = started.TrialCount,
        StartedUnixMs = started.StartedAt.ToUnixTimeMilliseconds(),
    }));

    public void RecordRerunEnded(RerunEnded ended) => Write(transaction => Schema.RerunEnd.Insert(transaction, new RerunEndRow
    {
        ExperimentId = ended.ExperimentId.ToString(),
        Run = ended.Run,
        Outcome = ended.Outcome.WireName(),
        Reason = ended.Reason.Length == 0 ? null : ended.Reason,
        AcceptedTrials = ended.AcceptedTrials,
        GivenUpTrials = ended.GivenUpTrials,
        EndedUnixMs = ended.EndedAt.ToUnixTimeMilliseconds(),
    }));

    /// <summary>
    /// Computes mean and percentiles of all the step's attempts, flagged ones too, again from their histograms. Count, sum,
    /// minimum, maximum and overflow were measured and stay.
    /// </summary>
    /// <exception cref="ResultsDamagedException">A histogram in the database does not add up; nothing is changed.</exception>
    public RecomputedLatencies Recompute(Guid experimentId, int step) =>
        Write(transaction => Recomputation.OfStep(transaction, experimentId, step));

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ExperimentSummary> ListExperiments() => ResultsReader.List(_database);

    /// <param name="idOrPrefix">An experiment's id, or as much of its start as no other has; with hyphens or without.</param>
    /// <exception cref="ExperimentNotFoundException">No experiment has it, or several have.</exception>
    public ExperimentResults Load(string idOrPrefix) => Load(ResultsReader.Find(_database, idOrPrefix));

    /// <exception cref="ExperimentNotFoundException">There is no such experiment.</exception>
    public ExperimentResults Load(Guid experimentId) => ResultsReader.Load(_database, experimentId);

    /// <summary>
    /// The latencies that the experiment kept, one for each attempt and stage that has any, flagged attempts too. There may
    /// be millions, so each is read when it is asked for.
    /// </summary>
    public IEnumerable<RawLatencies> LoadRaw(ExperimentResults results) => ResultsReader.LoadRaw(_database, results);

    public void Dispose() => _database.Dispose();

    private void RecordEnd(ExperimentEndRow row) => Write(transaction => Schema.ExperimentEnd.Insert(transaction, row));

    private void Write(Action<DbTransaction> write) => Write(transaction =>
    {
        write(transaction);
        return true;
    });

    private T Write<T>(Func<DbTransaction, T> write) => _database.Use(connection =>
    {
        using DbTransaction transaction = connection.BeginTransaction();
        T written = write(transaction);
        transaction.Commit();
        return written;
    });
}

/// <summary>What is recorded of an attempt; it is accepted when it has no flags.</summary>
public sealed record RecordedVerdict(IReadOnlyList<TrialFlag> Flags, IReadOnlyList<string> Remarks);

/// <param name="Count">Latencies, one for each attempt and stage, that were computed again.</param>
/// <param name="Changed">Those of them in which a figure differed from the stored one.</param>
public sealed record RecomputedLatencies(int Count, int Changed);
