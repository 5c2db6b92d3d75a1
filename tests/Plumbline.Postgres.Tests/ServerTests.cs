using Npgsql;
using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Postgres.Tests;

public sealed class ServerTests : IDisposable
{
    private const int AtOnce = 4;

    private readonly ResultsFile _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public void Several_that_start_at_once_migrate_once()
    {
        Together(_ => _database.Open().Dispose());

        Assert.Equal(
            ["001_results.sql", "002_parts.sql", "003_views.sql", "004_medians.postgres.sql"],
            _database.Query<string>("SELECT scriptname FROM schemaversions ORDER BY schemaversionsid"));
    }

    [Fact]
    public void Opening_again_migrates_nothing_and_keeps_everything()
    {
        using (ResultsStore store = _database.Open())
        {
            SampleExperiment.Record(store, new Messages(), builds: 1);
        }

        string before = _database.Dump();
        _database.Open().Dispose();

        Assert.Equal(before, _database.Dump());
    }

    [Fact]
    public void A_script_that_fails_changes_nothing()
    {
        _database.Execute("CREATE TABLE latency (something TEXT)");

        ResultsServerException exception = Assert.Throws<ResultsServerException>(_database.Open);

        Assert.Contains("latency", exception.Message, StringComparison.Ordinal);
        Assert.False(exception.IsTransient);
        Assert.Equal(
            ["latency"], _database.Query<string>("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"));
    }

    [Fact]
    public void Stores_that_record_the_same_messages_at_once_leave_one_set_of_rows()
    {
        Messages messages = new();
        using ResultsFile once = new();
        using (ResultsStore store = once.Open())
        {
            SampleExperiment.Record(store, messages, builds: 1);
        }

        Together(_ =>
        {
            using ResultsStore store = _database.Open();
            SampleExperiment.Record(store, messages, builds: 1);
        });

        Assert.Equal(WithoutJournal(once), WithoutJournal(_database));
    }

    [Fact]
    public void Different_messages_about_an_attempt_at_once_do_not_mix()
    {
        Messages messages = new();
        using ResultsStore store = _database.Open();

        for (int trial = 0; trial < 20; trial++)
        {
            Together(each => store.RecordTrial(
                messages.Trial(
                    1, trial, Planes.Nftables, 100, Position.Last,
                    Messages.Around(1_000 * (each + 1), count: 100 + each))));
        }

        Assert.Equal(20, _database.Scalar<long>("SELECT COUNT(*) FROM trial"));
        Assert.Equal(60, _database.Scalar<long>("SELECT COUNT(*) FROM latency"));
        Assert.Equal(
            0,
            _database.Scalar<long>(
                """
                SELECT COUNT(*)
                FROM latency JOIN trial USING (experiment_id, step, trial, attempt)
                WHERE latency.count <> trial.packets
                  OR latency.count <> (
                    SELECT SUM(count) FROM histogram_bucket AS bucket
                    WHERE (bucket.step, bucket.trial, bucket.attempt, bucket.stage)
                      = (latency.step, latency.trial, latency.attempt, latency.stage))
                """));
    }

    [Fact]
    public void A_store_works_again_after_its_connections_were_broken()
    {
        Messages messages = new();
        using ResultsStore store = _database.Open();
        store.RecordStarted(messages.Started());

        _database.BreakConnections();

        NpgsqlException? broken = Record.Exception(() => store.RecordMachine(messages.Node())) as NpgsqlException;
        Assert.NotEqual(false, broken?.IsTransient);
        store.RecordMachine(messages.Node());
        Assert.Equivalent(messages.Node().Machine, store.Load(messages.ExperimentId).Machine);
    }

    [Fact]
    public void A_store_opened_to_read_sees_what_is_written_and_does_not_write()
    {
        Messages messages = new();
        using ResultsStore writer = _database.Open();
        using ResultsStore reader = ResultsStore.OpenPostgresToRead(_database.ConnectionString);
        writer.RecordStarted(messages.Started());
        writer.RecordMachine(messages.Node());

        Assert.Equivalent(messages.Node().Machine, reader.Load(messages.ExperimentId).Machine);
        Assert.Equal(
            PostgresErrorCodes.ReadOnlySqlTransaction,
            Assert.Throws<PostgresException>(() => reader.RecordCompleted(messages.Completed())).SqlState);
        Assert.Equal(RecordedState.Started, Assert.Single(reader.ListExperiments()).State);
    }

    [Theory]
    [InlineData("SELECT 1", "holds no results yet")]
    [InlineData("CREATE TABLE songs (title TEXT)", "holds no results yet")]
    [InlineData("CREATE TABLE schemaversions AS SELECT '001_results.sql' AS scriptname", "lacks 002_parts.sql")]
    [InlineData("CREATE TABLE schemaversions AS SELECT '001_schema.sql' AS scriptname", "by an earlier, unreleased")]
    public void A_database_without_this_versions_schema_is_refused_for_reading(string sql, string reason)
    {
        _database.Execute(sql);

        ResultsServerException exception =
            Assert.Throws<ResultsServerException>(() => ResultsStore.OpenPostgresToRead(_database.ConnectionString));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("001_schema.sql", "'001_results.sql'", "an earlier, unreleased Plumbline (schema 001_schema.sql)")]
    [InlineData("009_axis.sql", "''", "a newer Plumbline (schema 009_axis.sql): update Plumbline")]
    public void A_database_of_another_schema_is_refused_for_writing_and_left_as_it_was(
        string unknown, string missing, string message)
    {
        _database.Open().Dispose();
        _database.Execute(
            $"""
            DELETE FROM schemaversions WHERE scriptname IN ({missing});
            INSERT INTO schemaversions (scriptname, applied) VALUES ('{unknown}', '2026-01-01 00:00:00');
            """);
        string before = _database.Dump();

        ResultsServerException exception = Assert.Throws<ResultsServerException>(_database.Open);

        Assert.Contains($"was written by {message}", exception.Message, StringComparison.Ordinal);
        Assert.False(exception.IsTransient);
        Assert.Equal(before, _database.Dump());
    }

    [Fact]
    public void A_server_that_does_not_answer_is_named_and_may_be_tried_again()
    {
        ResultsServerException exception = Assert.Throws<ResultsServerException>(() =>
            ResultsStore.OpenPostgres("Host=127.0.0.1;Port=1;Database=results;Username=someone;Password=hush"));

        Assert.True(exception.IsTransient);
        Assert.Contains("results at 127.0.0.1:1", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Passwort=hush")]
    [InlineData("postgres://someone:hush@127.0.0.1/results")]
    [InlineData("")]
    public void A_connection_string_that_is_none_is_refused_without_repeating_it(string connectionString)
    {
        ResultsServerException exception =
            Assert.Throws<ResultsServerException>(() => ResultsStore.OpenPostgres(connectionString));

        Assert.False(exception.IsTransient);
        Assert.DoesNotContain("hush", exception.ToString(), StringComparison.Ordinal);
    }

    private static string[] WithoutJournal(ResultsFile database) =>
        [.. database.Dump().Split('\n').Where(line => !line.StartsWith("schemaversions", StringComparison.Ordinal))];

    /// <summary>Does it on several threads that begin at the same moment.</summary>
    private static void Together(Action<int> act)
    {
        using Barrier barrier = new(AtOnce);
        List<Exception> failures = [];
        Thread[] threads = [.. Enumerable.Range(0, AtOnce).Select(index => new Thread(() =>
        {
            barrier.SignalAndWait();
            if (Record.Exception(() => act(index)) is { } failure)
            {
                lock (failures)
                {
                    failures.Add(failure);
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Empty(failures);
    }
}
