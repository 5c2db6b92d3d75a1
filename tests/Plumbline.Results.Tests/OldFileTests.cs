using System.Text.Json.Nodes;
using Plumbline.Contracts;
using Xunit;

namespace Plumbline.Results.Tests;

/// <summary>A file that was written before there were round trips.</summary>
public sealed class OldFileTests : IDisposable
{
    /// <summary>What a specification of then did not have.</summary>
    private static readonly string[] s_newKeys =
        ["probes", "portsPerService", "rttMode", "rttPacing", "timeoutMs", "requests", "rps", "connection", "workUs", "keepRaw"];

    private readonly ResultsFile _old = new();

    private readonly ResultsFile _new = new();

    private readonly Messages _messages = new()
    {
        Spec = new ExperimentSpec { Protocols = ["udp", "tcp"], Measure = ["one-way"], PortsPerService = 2, Services = [100], Trials = 2 },
    };

    public OldFileTests()
    {
        using (ResultsStore store = _new.Open())
        {
            store.RecordStarted(_messages.Started());
            store.RecordMachine(_messages.Node());
            store.RecordStep(_messages.Scaled(1, 100, (DataPlane.Nftables, 5_000)));
            store.RecordTrial(_messages.Trial(1, 0, DataPlane.Nftables, 100, Position.Last, Messages.Around(2_000), 1, TrialFlag.PacketsLost));
            store.RecordTrial(_messages.Trial(1, 0, DataPlane.Nftables, 100, Position.Last, Messages.Around(2_000), attempt: 2));
            store.RecordTrial(_messages.Trial(2, 1, DataPlane.NoRules, 0, Position.None, Messages.Around(400)));
            store.RecordCompleted(_messages.Completed());
        }

        WriteOldFile();
    }

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
    }

    [Fact]
    public void An_old_file_is_brought_up_to_date_and_everything_in_it_reads_as_one_way()
    {
        using ResultsStore store = _old.Open();
        using ResultsStore same = _new.Open();

        ExperimentResults results = store.Load(_messages.ExperimentId);

        Assert.Equal(3, results.Attempts.Count);
        Assert.All(results.Attempts, attempt =>
        {
            Assert.Equal((Measure.OneWay, false), (attempt.Trial.Measure, attempt.Trial.KeepRaw));
            Assert.Equal((null, null, null), (attempt.Trial.RoundTrip, attempt.Trial.Grpc, attempt.Counts.Answers));
        });
        Assert.Equal(Json(same.Load(_messages.ExperimentId)), Json(results));
        Assert.Equal(["one-way"], _old.Query<string>("SELECT DISTINCT probe_kind FROM accepted_latency"));
        Assert.Empty(store.LoadRaw(results));
    }

    [Fact]
    public void An_old_specification_reads_as_what_it_was()
    {
        using ResultsStore store = _old.Open();

        ExperimentSpec spec = Assert.Single(store.ListExperiments()).Spec;

        // Every Service had a port of each protocol then.
        Assert.Equal((2, "one-way", "udp,tcp"), (spec.PortsPerService, string.Join(',', spec.Measure), string.Join(',', spec.Protocols)));
        Assert.Equivalent(_messages.Spec, spec, strict: true);
    }

    [Fact]
    public void New_trials_go_into_an_old_file()
    {
        using ResultsStore store = _old.Open();
        store.RecordTrial(_messages.RoundTrip(1, 7, DataPlane.Nftables, 100, Position.Last, Messages.Around(20_000)));

        Assert.Equal(Measure.RoundTrip, store.Load(_messages.ExperimentId).Attempts.Single(attempt => attempt.Trial.Key.Trial == 7).Trial.Measure);
        Assert.Equal(["one-way", "rtt"], _old.Query<string>("SELECT DISTINCT probe_kind FROM accepted_latency ORDER BY 1"));
    }

    [Fact]
    public void An_old_file_is_refused_for_reading_until_it_is_brought_up_to_date()
    {
        ResultsFileException exception = Assert.Throws<ResultsFileException>(() => ResultsStore.OpenExisting(_old.Path));
        Assert.Contains("002_round_trip.sql", exception.Message, StringComparison.Ordinal);

        _old.Open().Dispose();
        using ResultsStore store = ResultsStore.OpenExisting(_old.Path);
        Assert.Equal(3, store.Load(_messages.ExperimentId).Attempts.Count);
    }

    /// <summary>The first schema alone, with the rows that the new file has of it.</summary>
    private void WriteOldFile()
    {
        using StreamReader schema = new(typeof(ResultsStore).Assembly.GetManifestResourceStream("001_schema.sql")!);
        _old.Execute(schema.ReadToEnd());
        _old.Execute(
            """
            CREATE TABLE SchemaVersions (SchemaVersionID INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, ScriptName TEXT NOT NULL, Applied DATETIME NOT NULL);
            INSERT INTO SchemaVersions (ScriptName, Applied) VALUES ('001_schema.sql', '2026-01-01 00:00:00');
            """);
        _old.Execute($"PRAGMA application_id = {_new.Scalar<long>("PRAGMA application_id")}");
        foreach (string table in new[] { "experiment", "machine", "experiment_end", "step", "trial", "trial_loss", "latency", "histogram_bucket" })
        {
            string columns = string.Join(", ", _old.Query<string>($"SELECT name FROM pragma_table_info('{table}')"));
            _old.Execute($"ATTACH '{_new.Path}' AS new; INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table};");
        }

        JsonObject spec = JsonNode.Parse(_old.Scalar<string>("SELECT spec_json FROM experiment"))!.AsObject();
        Assert.All(s_newKeys, key => Assert.True(spec.Remove(key)));
        _old.Execute($"UPDATE experiment SET spec_json = '{spec.ToJsonString()}'");
    }

    private static string Json(ExperimentResults results)
    {
        using StringWriter writer = new();
        JsonExport.Write(results, writer);
        return writer.ToString();
    }
}
