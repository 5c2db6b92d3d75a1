using Plumbline.Contracts;

namespace Plumbline.Store.Tests;

/// <summary>Percentiles computed again from the histograms in the database.</summary>
public sealed class RecomputeTests : IDisposable
{
    private readonly ResultsFile _file = new();

    private readonly Messages _messages = new();

    private readonly ResultsStore _store;

    public RecomputeTests()
    {
        _store = _file.Open();
        _store.RecordTrial(_messages.Trial(
            1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(2_000), 1, TrialFlag.PacketsLost));
        _store.RecordTrial(_messages.Trial(
            1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(2_000, count: 50), attempt: 2));
        _store.RecordTrial(_messages.RoundTrip(1, 1, Planes.Nftables, 100, Position.Last, Messages.Around(20_000)));
        _store.RecordTrial(_messages.Trial(1, 2, Planes.Nftables, 100, Position.Last, []));
        _store.RecordTrial(_messages.Trial(2, 3, Planes.Nftables, 100, Position.Last, Messages.Around(2_000)));
        _store.RecordTrial(new Messages().Trial(1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(2_000)));
    }

    public void Dispose()
    {
        _store.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void What_is_right_stays_as_it_is()
    {
        string before = _file.Dump();

        Assert.Equal(new RecomputedLatencies(3 + 3 + 2 + 3, 0), Recompute(1));
        Assert.Equal(new RecomputedLatencies(3, 0), Recompute(2));
        Assert.Equal(new RecomputedLatencies(0, 0), Recompute(9));
        Assert.Equal(before, _file.Dump());
    }

    [Theory]
    [InlineData("mean_ns = mean_ns + 1", 8)]
    [InlineData("p50_ns = p50_ns / 2, p90_ns = NULL", 8)]
    [InlineData("p95_ns = 1", 11)]
    [InlineData("p99_ns = 1e9", 11)]
    [InlineData("p999_ns = 0", 11)]
    public void Falsified_figures_are_restored(string falsified, int changed)
    {
        string before = _file.Dump();
        _file.Execute($"UPDATE latency SET {falsified} WHERE step = 1 AND experiment_id = '{_messages.ExperimentId}'");
        Assert.NotEqual(before, _file.Dump());

        Assert.Equal(new RecomputedLatencies(11, changed), Recompute(1));
        Assert.Equal(before, _file.Dump());
        Assert.Equal(new RecomputedLatencies(11, 0), Recompute(1));
    }

    [Fact]
    public void Another_step_and_another_experiment_are_left_alone()
    {
        _file.Execute("UPDATE latency SET p50_ns = 1");

        Assert.Equal(11, Recompute(1).Changed);
        Assert.Equal(
            [("another", 1), ("this", 2)],
            _file.Query<(string, long)>(
                $"""
                SELECT DISTINCT CASE experiment_id WHEN '{_messages.ExperimentId}' THEN 'this' ELSE 'another' END, step
                FROM latency WHERE p50_ns = 1 ORDER BY step
                """));
    }

    [Theory]
    [InlineData("UPDATE latency SET buckets = '[[5, 5, 5, 1]]' WHERE {0}")]
    [InlineData("UPDATE latency SET buckets = '[]' WHERE {0}")]
    [InlineData("UPDATE latency SET buckets = '[[-1, 5, 5, 2000]]' WHERE {0}")]
    [InlineData("UPDATE latency SET buckets = '[[4294967296, 5, 5, 2000]]' WHERE {0}")]
    [InlineData("UPDATE latency SET min_ns = NULL WHERE {0}")]
    [InlineData("UPDATE latency SET max_ns = 1 WHERE {0}")]
    [InlineData("UPDATE latency SET overflow = -1 WHERE {0}")]
    [InlineData("UPDATE latency SET layout_version = 7 WHERE {0}")]
    public void A_histogram_that_does_not_add_up_is_named_and_nothing_is_changed(string damage)
    {
        _file.Execute("UPDATE latency SET p50_ns = 1");
        _file.Execute(damage.Replace(
            "{0}",
            $"trial = 1 AND stage = 'round-trip' AND experiment_id = '{_messages.ExperimentId}'",
            StringComparison.Ordinal));
        string before = _file.Dump();

        ResultsDamagedException exception = Assert.Throws<ResultsDamagedException>(() => Recompute(1));

        Assert.Contains("the round-trip histogram of trial 1, attempt 1", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, _file.Dump());
    }

    private RecomputedLatencies Recompute(int step) => _store.Recompute(_messages.ExperimentId, step);
}
