using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Postgres.Tests;

public sealed class SameAsSqliteTests : IDisposable
{
    private readonly ResultsFile _database = new();

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("plumbline.db");

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void An_experiment_loads_from_a_server_as_it_does_from_a_file()
    {
        Messages messages = new() { Spec = new ExperimentSpec { Name = "Größe ✓ 'quoted'", KeepRaw = true } };
        using ResultsStore server = _database.Open();
        using ResultsStore file = ResultsStore.Open(Path);
        SampleExperiment.Record(server, messages, builds: 1);
        SampleExperiment.Record(file, messages, builds: 1);

        ExperimentResults fromServer = server.Load(messages.ExperimentId);
        ExperimentResults fromFile = file.Load(messages.ExperimentId);

        Assert.Equal(89, fromServer.Attempts.Count);
        Assert.Equal(JsonSerializer.Serialize(fromFile), JsonSerializer.Serialize(fromServer));
        Assert.Equal(
            JsonSerializer.Serialize(file.ListExperiments()), JsonSerializer.Serialize(server.ListExperiments()));
        Assert.NotEmpty(server.LoadRaw(fromServer));
        Assert.Equal(
            JsonSerializer.Serialize(file.LoadRaw(fromFile)), JsonSerializer.Serialize(server.LoadRaw(fromServer)));
    }

    [Fact]
    public void Tables_and_columns_have_the_same_names_and_types()
    {
        _database.Open().Dispose();
        ResultsStore.Open(Path).Dispose();
        using SqliteConnection file = new($"Data Source={Path};Pooling=False");

        IEnumerable<(string, string, string)> ofFile = file.Query<(string, string, string)>(
            """
            SELECT m.name, c.name, lower(c.type)
            FROM sqlite_master m, pragma_table_xinfo(m.name) c
            WHERE m.type = 'table' AND m.name <> 'SchemaVersions' AND m.name NOT LIKE 'sqlite_%'
            """);
        IReadOnlyList<(string, string, string)> ofServer = _database.Query<(string, string, string)>(
            """
            SELECT table_name::text, column_name::text, data_type::text
            FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
            WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'schemaversions'
            """);

        Assert.Equal(ofFile.Order(), ofServer.Order());
    }

    [Fact]
    public void Losses_are_in_the_same_order_whatever_the_servers_alphabet_is()
    {
        Messages messages = new();
        TrialMeasured trial = messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, [], 1, TrialFlag.PacketsLost);
        using ResultsStore store = _database.Open();
        store.RecordStarted(messages.Started());
        store.RecordTrial(trial with
        {
            Counts = trial.Counts with
            {
                LostByReason = new Dictionary<string, long> { ["a"] = 1, ["B"] = 2, ["_"] = 3 },
            },
        });

        Assert.Equal(
            ["B", "_", "a"], Assert.Single(store.Load(messages.ExperimentId).Attempts).Counts.LostByReason.Keys);
    }
}
