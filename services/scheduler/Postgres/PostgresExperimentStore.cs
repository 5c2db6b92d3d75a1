using Dapper;
using MassTransit;
using Npgsql;
using Plumbline.Contracts;

namespace Plumbline.Scheduler.Postgres;

/// <summary>
/// Keeps experiments in PostgreSQL, so that they survive the process. Any number of processes may use it at once. The
/// first use creates its tables.
/// </summary>
public sealed class PostgresExperimentStore(string connectionString) : IExperimentStore, IDisposable
{
    /// <summary>Key of the advisory lock for creating tables: any number that nobody else uses.</summary>
    private const long MigrationLock = 0x506C756D62;

    private readonly NpgsqlDataSource _connections = NpgsqlDataSource.Create(connectionString);
    private readonly SchedulerJson _json = new();
    private readonly SemaphoreSlim _migrating = new(1);
    private bool _isMigrated;

    public async Task<ExperimentState?> FindAsync(Guid experimentId, CancellationToken token)
    {
        await using NpgsqlConnection connection = await OpenAsync(token);
        StateRow? row = await connection.QuerySingleOrDefaultAsync<StateRow>(Command(
            "SELECT state, format, version FROM scheduler_experiment WHERE experiment_id = @experimentId",
            new { experimentId },
            token));
        return row is null ? null : _json.Read(row.State, row.Format, row.Version);
    }

    public async Task<IReadOnlyList<ExperimentState>> ListAsync(string idPrefix, int limit, CancellationToken token)
    {
        await using NpgsqlConnection connection = await OpenAsync(token);
        IEnumerable<StateRow> rows = await connection.QueryAsync<StateRow>(Command(
            """
            SELECT state, format, version FROM scheduler_experiment
            WHERE starts_with(replace(experiment_id::text, '-', ''), @idPrefix)
            ORDER BY phase = 'ended', phase = 'queued',
              CASE WHEN phase = 'queued' THEN arrival END, updated_at DESC, experiment_id
            LIMIT @limit
            """,
            new { idPrefix, limit },
            token));
        return
        [
            .. rows.Where(row => row.Format == SchedulerJson.Format)
                .Select(row => _json.Read(row.State, row.Format, row.Version)),
        ];
    }

    public async Task<IReadOnlyList<QueueEntry>> ListActiveAsync(CancellationToken token)
    {
        await using NpgsqlConnection connection = await OpenAsync(token);
        IEnumerable<QueueRow> rows = await connection.QueryAsync<QueueRow>(Command(
            """
            SELECT experiment_id AS ExperimentId, queue, phase, version FROM scheduler_experiment
            WHERE phase <> 'ended' ORDER BY arrival
            """,
            null,
            token));
        return
        [
            .. rows.Select(row => new QueueEntry(
                row.ExperimentId, row.Queue, WireNames.Parse<ExperimentPhase>(row.Phase), row.Version)),
        ];
    }

    public async Task<IReadOnlyList<Guid>> ListOverdueAsync(DateTimeOffset now, CancellationToken token)
    {
        await using NpgsqlConnection connection = await OpenAsync(token);
        IEnumerable<Guid> ids = await connection.QueryAsync<Guid>(Command(
            """
            SELECT experiment_id FROM scheduler_experiment WHERE phase <> 'ended' AND deadline <= @now
            ORDER BY arrival
            """,
            new { now = now.UtcDateTime },
            token));
        return [.. ids];
    }

    public async Task<IReadOnlyList<OutboxMessage>> SaveAsync(
        ExperimentState state, IReadOnlyList<object> messages, DateTimeOffset now, CancellationToken token)
    {
        OutboxMessage[] kept =
        [
            .. messages.Select(message => new OutboxMessage(NewId.NextGuid(), state.Plan.ExperimentId, message)),
        ];
        await using NpgsqlConnection connection = await OpenAsync(token);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(token);
        await WriteStateAsync(transaction, state, now, token);
        foreach (OutboxMessage message in kept)
        {
            await connection.ExecuteAsync(Command(
                """
                INSERT INTO scheduler_outbox (message_id, experiment_id, type, body, kept_at)
                VALUES (@Id, @ExperimentId, @type, @body::json, @now)
                """,
                new
                {
                    message.Id,
                    message.ExperimentId,
                    type = SchedulerJson.TypeOf(message.Message),
                    body = _json.WriteMessage(message.Message),
                    now = now.UtcDateTime,
                },
                token));
        }

        await transaction.CommitAsync(token);
        return kept;
    }

    public async Task<IReadOnlyList<OutboxMessage>> ListUnpublishedAsync(
        DateTimeOffset keptUntil, CancellationToken token)
    {
        await using NpgsqlConnection connection = await OpenAsync(token);
        IEnumerable<MessageRow> rows = await connection.QueryAsync<MessageRow>(Command(
            """
            SELECT message_id AS MessageId, experiment_id AS ExperimentId, type, body
            FROM scheduler_outbox WHERE kept_at <= @keptUntil AND type = ANY(@KnownTypes) ORDER BY place LIMIT 1000
            """,
            new { keptUntil = keptUntil.UtcDateTime, SchedulerJson.KnownTypes },
            token));
        return
        [
            .. rows.Select(row =>
                new OutboxMessage(row.MessageId, row.ExperimentId, _json.ReadMessage(row.Type, row.Body))),
        ];
    }

    public async Task ForgetPublishedAsync(IReadOnlyList<Guid> messageIds, CancellationToken token)
    {
        await using NpgsqlConnection connection = await OpenAsync(token);
        await connection.ExecuteAsync(Command(
            "DELETE FROM scheduler_outbox WHERE message_id = ANY(@ids)", new { ids = messageIds.ToArray() }, token));
    }

    public void Dispose()
    {
        _connections.Dispose();
        _migrating.Dispose();
    }

    /// <summary>A rerun arrives again, so that it comes after the experiments that wait.</summary>
    private async Task WriteStateAsync(
        NpgsqlTransaction transaction, ExperimentState state, DateTimeOffset now, CancellationToken token)
    {
        string arrival = state.Phase == ExperimentPhase.Queued ? "arrival = DEFAULT, " : "";
        string sql = state.Version == 0
            ? """
              INSERT INTO scheduler_experiment
                (experiment_id, queue, phase, deadline, version, format, state, updated_at)
              VALUES (@ExperimentId, @Queue, @phase, @deadline, 1, @Format, @state::json, @now)
              ON CONFLICT (experiment_id) DO NOTHING
              """
            : $$"""
              UPDATE scheduler_experiment
              SET {{arrival}}queue = @Queue, phase = @phase, deadline = @deadline, version = version + 1,
                format = @Format, state = @state::json, updated_at = @now
              WHERE experiment_id = @ExperimentId AND version = @Version
              """;
        object values = new
        {
            state.Plan.ExperimentId,
            state.Queue,
            phase = state.Phase.WireName(),
            deadline = state.Deadline?.UtcDateTime,
            state.Version,
            SchedulerJson.Format,
            state = _json.Write(state),
            now = now.UtcDateTime,
        };
        try
        {
            if (await transaction.Connection!.ExecuteAsync(Command(sql, values, token)) == 0)
            {
                throw new ExperimentChangedException(state.Plan.ExperimentId);
            }
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new ExperimentChangedException(state.Plan.ExperimentId);
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken token)
    {
        NpgsqlConnection connection = await _connections.OpenConnectionAsync(token);
        try
        {
            await MigrateAsync(connection, token);
            return connection;
        }
        catch (Exception)
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task MigrateAsync(NpgsqlConnection connection, CancellationToken token)
    {
        if (Volatile.Read(ref _isMigrated))
        {
            return;
        }

        await _migrating.WaitAsync(token);
        try
        {
            if (!_isMigrated)
            {
                await using Stream stream =
                    typeof(PostgresExperimentStore).Assembly.GetManifestResourceStream("001_scheduler.sql")!;
                using StreamReader script = new(stream);
                await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(token);
                await connection.ExecuteAsync(
                    Command("SELECT pg_advisory_xact_lock(@MigrationLock)", new { MigrationLock }, token));
                await connection.ExecuteAsync(Command(await script.ReadToEndAsync(token), null, token));
                await transaction.CommitAsync(token);
                Volatile.Write(ref _isMigrated, true);
            }
        }
        finally
        {
            _migrating.Release();
        }
    }

    private static CommandDefinition Command(string sql, object? values, CancellationToken token) =>
        new(sql, values, cancellationToken: token);

    private sealed record StateRow(string State, int Format, long Version);

    private sealed record QueueRow(Guid ExperimentId, string Queue, string Phase, long Version);

    private sealed record MessageRow(Guid MessageId, Guid ExperimentId, string Type, string Body);
}
