using System.Globalization;
using Plumbline.Contracts;
using Xunit;

namespace Plumbline.Results.Tests;

/// <summary>A database that was written before stages could be done again.</summary>
public sealed class BeforeRerunsTests : IDisposable
{
    private static readonly string[] s_tables =
        ["experiment", "machine", "experiment_end", "step", "trial", "trial_loss", "latency", "histogram_bucket", "raw_latency"];

    private readonly ResultsFile _old = new();

    private readonly ResultsFile _new = new();

    private readonly Messages _messages = new() { Spec = new ExperimentSpec { Name = "it's old", KeepRaw = true } };

    public BeforeRerunsTests()
    {
        using (ResultsStore store = _new.Open())
        {
            store.RecordStarted(_messages.Started());
            store.RecordMachine(_messages.Node());
            store.RecordStep(_messages.Scaled(1, 100, (DataPlane.Nftables, 5_000), (DataPlane.IptablesNft, 7_000)));
            store.RecordStep(_messages.Scaled(2, 0, (DataPlane.NoRules, 0)));
            store.RecordTrial(_messages.Trial(1, 0, DataPlane.Nftables, 100, Position.Last, Messages.Around(2_000), 1, TrialFlag.PacketsLost));
            store.RecordTrial(_messages.Trial(1, 0, DataPlane.Nftables, 100, Position.Last, Messages.Around(2_000), attempt: 2));
            store.RecordTrial(_messages.RoundTrip(1, 1, DataPlane.Nftables, 100, Position.Last, Messages.Around(20_000, count: 50)));
            store.RecordCompleted(_messages.Completed());
        }

        _old.WriteSchemaBeforeReruns();
        Array.ForEach(s_tables, Copy);
    }

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
    }

    [Fact]
    public void It_is_brought_up_to_date_and_keeps_everything()
    {
        using ResultsStore store = _old.Open();
        using ResultsStore same = _new.Open();

        ExperimentResults results = store.Load(_messages.ExperimentId);

        Assert.Equal(2_000, results.Attempts[1].Latency(Stage.Prerouting)!.Count);
        Assert.Equal(Rows(_new), Rows(_old));
        Assert.Equal(Json(same.Load(_messages.ExperimentId)), Json(results));
        Assert.Equal([0L, 0L, 0L], _old.Query<long>("SELECT run FROM step"));
        Assert.Empty(results.Reruns);
    }

    [Fact]
    public void Its_stages_can_be_done_again()
    {
        using ResultsStore store = _old.Open();
        store.RecordRerunStarted(_messages.RerunStarted(1, 1, RerunStage.OneWay));
        store.RecordStep(_messages.Scaled(1, 100, (DataPlane.Nftables, 6_000), (DataPlane.IptablesNft, 8_000)) with { Run = 1 });
        store.RecordTrial(_messages.Trial(1, 0, DataPlane.Nftables, 100, Position.Last, Messages.Around(3_000), attempt: 4));

        ExperimentResults results = store.Load(_messages.ExperimentId);

        Assert.Equal([4, 1], results.AcceptedAttempts().Select(attempt => attempt.Trial.Key.Attempt));
        Assert.Equal([(1, 1), (2, 0)], results.Steps.Select(step => (step.Step, step.Run)));
        Assert.Equal(5, _old.Scalar<long>("SELECT COUNT(*) FROM step"));
    }

    [Fact]
    public void An_older_version_that_still_writes_writes_the_experiments_own_steps()
    {
        _old.Open().Dispose();
        _old.Execute("INSERT INTO step (experiment_id, step, data_plane, services, rules, programming_ns, tool) VALUES ('e', 1, 'nftables', 1, 1, 1, 'nft')");

        Assert.Equal(0, _old.Scalar<long>("SELECT run FROM step WHERE experiment_id = 'e'"));
    }

    private void Copy(string table)
    {
        IDictionary<string, object?>[] rows = [.. _new.Query<dynamic>($"SELECT * FROM {table}").Select(row => (IDictionary<string, object?>)row)];
        string[] columns = [.. rows[0].Keys.Intersect(_old.Columns(table))];
        IEnumerable<string> values = rows.Select(row => $"({string.Join(", ", columns.Select(column => Literal(row[column])))})");
        _old.Execute($"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES {string.Join(", ", values)}");
    }

    private static string Literal(object? value) => value switch
    {
        null => "NULL",
        string text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string[] Rows(ResultsFile database) =>
        [.. database.Dump().Split('\n').Where(line => !line.StartsWith("schemaversions", StringComparison.OrdinalIgnoreCase))];

    private static string Json(ExperimentResults results)
    {
        using StringWriter writer = new();
        JsonExport.Write(results, writer);
        return writer.ToString();
    }
}
