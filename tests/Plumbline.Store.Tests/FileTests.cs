using Plumbline.Contracts;

namespace Plumbline.Store.Tests;

public sealed class FileTests : IDisposable
{
    private readonly ResultsFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Opening_again_migrates_nothing_and_keeps_everything()
    {
        Messages messages = new();
        using (ResultsStore store = _file.Open())
        {
            SampleExperiment.Record(store, messages, builds: 1);
        }

        string before = _file.Dump();
        _file.Open().Dispose();

        Assert.Equal(before, _file.Dump());
        Assert.Equal(
            ["001_results.sql", "002_parts.sql", "003_views.sql"],
            _file.Query<string>("SELECT ScriptName FROM SchemaVersions ORDER BY 1"));
        Assert.Equal("wal", _file.Scalar<string>("PRAGMA journal_mode"));
    }

    [Fact]
    public void The_schema_has_only_types_that_SQLite_and_PostgreSQL_share()
    {
        _file.Open().Dispose();
        IReadOnlyList<string> types = _file.Query<string>(
            """
            SELECT DISTINCT c.type
            FROM sqlite_master m, pragma_table_xinfo(m.name) c
            WHERE m.type = 'table' AND m.name <> 'SchemaVersions' AND m.name NOT LIKE 'sqlite_%'
            ORDER BY 1
            """);

        Assert.Equal(["BIGINT", "DOUBLE PRECISION", "JSONB", "TEXT"], types);
    }

    [Fact]
    public void Two_experiments_in_one_file_stay_apart()
    {
        Messages one = new();
        Messages two = new() { Spec = new ExperimentSpec { Name = "two" } };
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, one, builds: 1);
        store.RecordStarted(two.Started() with { StartedAt = Messages.StartedAt.AddDays(1) });
        store.RecordTrial(two.Trial(1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(2_000)));

        Assert.Equal([two.ExperimentId, one.ExperimentId], store.ListExperiments().Select(each => each.ExperimentId));
        Assert.Single(store.Load(two.ExperimentId).Attempts);
        Assert.All(
            store.Load(one.ExperimentId).Attempts,
            attempt => Assert.Equal(one.ExperimentId, attempt.Trial.Key.ExperimentId));
        // Three probes in 27 cells and two baseline arms; two attempts were repeated.
        Assert.Equal(3 * (2 + 27) + 2, store.Load(one.ExperimentId).Attempts.Count);
    }

    [Fact]
    public void An_experiment_is_found_by_the_start_of_its_id_with_hyphens_or_without()
    {
        Messages messages = new(Guid.Parse("0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"));
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());

        Assert.All(
            ["0a", "0A1B2C3D", "0a1b2c3d-4e", "0a1b2c3d4e5f4a6b8c7d9e0f1a2b3c4d", messages.ExperimentId.ToString()],
            id => Assert.Equal(messages.ExperimentId, store.Load(id).Summary.ExperimentId));
    }

    [Theory]
    [InlineData("ff", 0)]
    [InlineData("", 0)]
    [InlineData("%", 0)]
    [InlineData("0a1b", 2)]
    public void An_unknown_and_an_ambiguous_id_are_refused(string id, int candidates)
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(new Messages(Guid.Parse("0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d")).Started());
        store.RecordStarted(new Messages(Guid.Parse("0a1b2c3e-4e5f-4a6b-8c7d-9e0f1a2b3c4d")).Started());

        ExperimentNotFoundException exception = Assert.Throws<ExperimentNotFoundException>(() => store.Load(id));
        Assert.Equal(candidates, exception.Candidates.Count);
        Assert.Throws<ExperimentNotFoundException>(() => store.Load(Guid.NewGuid()));
    }

    [Fact]
    public void A_missing_file_is_refused_and_not_made()
    {
        ResultsFileException exception =
            Assert.Throws<ResultsFileException>(() => ResultsStore.OpenExisting(_file.Path));
        Assert.Contains("does not exist", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_file.Path));
    }

    [Fact]
    public void A_file_that_is_not_a_database_is_refused_and_left_as_it_was()
    {
        string text = new('x', 5_000);
        File.WriteAllText(_file.Path, text);

        Assert.Throws<ResultsFileException>(() => ResultsStore.OpenExisting(_file.Path));
        Assert.Throws<ResultsFileException>(() => ResultsStore.Open(_file.Path));
        Assert.Equal(text, File.ReadAllText(_file.Path));
    }

    [Fact]
    public void A_database_of_something_else_is_refused_and_left_as_it_was()
    {
        _file.Execute("CREATE TABLE songs (title TEXT)");
        byte[] before = File.ReadAllBytes(_file.Path);

        Assert.Throws<ResultsFileException>(() => ResultsStore.OpenExisting(_file.Path));
        Assert.Throws<ResultsFileException>(() => ResultsStore.Open(_file.Path));
        Assert.Equal(before, File.ReadAllBytes(_file.Path));
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_refused() =>
        Assert.Throws<ResultsFileException>(() => ResultsStore.Open(Path.Combine(_file.Path, "not", "there.db")));

    [Fact]
    public void A_file_that_lacks_a_script_is_refused_for_reading()
    {
        _file.Open().Dispose();
        _file.Execute("DELETE FROM SchemaVersions WHERE ScriptName = '002_parts.sql'");

        Assert.EndsWith(
            "plumbline.db was written by an older Plumbline and lacks 002_parts.sql: "
            + "the next experiment recorded there updates it",
            Refused(() => ResultsStore.OpenExisting(_file.Path)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("001_schema.sql", "'001_results.sql'", "an earlier, unreleased Plumbline (schema 001_schema.sql)")]
    [InlineData("009_axis.sql", "''", "a newer Plumbline (schema 009_axis.sql): update Plumbline")]
    public void A_file_of_another_schema_is_refused_and_left_as_it_was(string unknown, string missing, string message)
    {
        _file.Open().Dispose();
        _file.Execute(
            $"""
            DELETE FROM SchemaVersions WHERE ScriptName IN ({missing});
            INSERT INTO SchemaVersions (ScriptName, Applied) VALUES ('{unknown}', '2026-01-01 00:00:00');
            """);
        string before = _file.Dump();

        Assert.Contains(
            $"plumbline.db was written by {message}",
            Refused(() => ResultsStore.OpenExisting(_file.Path)),
            StringComparison.Ordinal);
        Assert.Contains(
            $"plumbline.db was written by {message}",
            Refused(() => ResultsStore.Open(_file.Path)),
            StringComparison.Ordinal);
        Assert.Equal(before, _file.Dump());
    }

    [Fact]
    public void A_reader_sees_what_a_writer_has_written_while_it_is_open()
    {
        Messages messages = new();
        using ResultsStore writer = _file.Open();
        writer.RecordStarted(messages.Started());
        using ResultsStore reader = ResultsStore.OpenExisting(_file.Path);
        writer.RecordMachine(messages.Node());

        Assert.Equivalent(messages.Node().Machine, reader.Load(messages.ExperimentId).Machine);
    }

    [Fact]
    public void A_store_opened_to_read_does_not_write()
    {
        _file.Open().Dispose();
        using ResultsStore reader = ResultsStore.OpenExisting(_file.Path);

        Assert.ThrowsAny<Exception>(() => reader.RecordStarted(new Messages().Started()));
        Assert.Empty(reader.ListExperiments());
    }

    private static string Refused(Func<ResultsStore> open) => Assert.Throws<ResultsFileException>(open).Message;
}
