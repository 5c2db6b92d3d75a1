using System.Text.Json;
using Plumbline.Contracts;
using Plumbline.Histograms;

namespace Plumbline.Store.Tests;

public sealed class StoreTests : IDisposable
{
    private readonly ResultsFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Recording_everything_twice_changes_nothing()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, messages, builds: 1);
        string once = _file.Dump();

        SampleExperiment.Record(store, messages, builds: 1);

        Assert.Equal(once, _file.Dump());
    }

    [Fact]
    public void A_second_message_about_an_attempt_does_not_mix_with_the_first()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        store.RecordTrial(messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, [1_000, 1_001]));
        string once = _file.Dump();

        store.RecordTrial(messages.Trial(
            1, 0, Planes.Nftables, 100, Position.Last, [9_000, 9_001], 1, TrialFlag.PacketsLost));

        Assert.Equal(once, _file.Dump());
    }

    [Fact]
    public void The_first_recorded_end_of_an_experiment_stands()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        store.RecordFailed(new ExperimentFailed
        {
            ExperimentId = messages.ExperimentId, Reason = "nft: no", FailedAt = Messages.StartedAt,
        });
        store.RecordCompleted(messages.Completed());

        ExperimentSummary summary = Assert.Single(store.ListExperiments());
        Assert.Equal((RecordedState.Failed, "nft: no"), (summary.State, summary.Reason));
    }

    [Fact]
    public void Messages_may_come_in_the_opposite_order()
    {
        Messages messages = new();
        Action<ResultsStore>[] inOrder =
        [
            store => store.RecordStarted(messages.Started()),
            store => store.RecordMachine(messages.Node()),
            store => store.RecordStep(messages.Scaled(1, 100, (Planes.Nftables, 5_000))),
            store => store.RecordTrial(messages.Trial(
                1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(2_000), 1, TrialFlag.PacketsLost)),
            store => store.RecordTrial(messages.Trial(
                1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(2_000), attempt: 2)),
            store => store.RecordCompleted(messages.Completed()),
        ];
        using ResultsFile other = new();
        using ResultsStore one = _file.Open();
        using ResultsStore two = other.Open();

        Array.ForEach(inOrder, record => record(one));
        Array.ForEach([.. inOrder.Reverse()], record => record(two));

        Assert.Equal(Json(one, messages), Json(two, messages));
    }

    [Fact]
    public void What_was_recorded_is_loaded()
    {
        Messages messages = new();
        TrialMeasured trial = messages.Trial(
            1, 7, Planes.IptablesNft, 100, Position.First, Messages.Around(2_000), 2, TrialFlag.PacketsLost);
        ServicesScaled step = messages.Scaled(1, 100, (Planes.IptablesLegacy, 7_000), (Planes.IptablesNft, 5_000));
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        store.RecordMachine(messages.Node());
        store.RecordStep(step);
        store.RecordTrial(trial);

        ExperimentResults results = store.Load(messages.ExperimentId);

        Assert.Equal(RecordedState.Started, results.Summary.State);
        Assert.Equivalent(messages.Spec, results.Summary.Spec, strict: true);
        Assert.Equivalent(messages.Node().Machine, results.Machine, strict: true);
        Assert.Equivalent(step, Assert.Single(results.Steps), strict: true);
        AttemptResult attempt = Assert.Single(results.Attempts);
        Assert.Equal(trial.Trial, attempt.Trial);
        Assert.Equal(trial.Conditions, attempt.Conditions);
        Assert.Equivalent(trial.Counts, attempt.Counts, strict: true);
        Assert.Equal(trial.Flags, attempt.Flags);
        Assert.Equal(trial.Remarks, attempt.Remarks);
        Assert.Equivalent(trial.Probes, attempt.Probes.Select(probe => probe.Report), strict: true);
        Assert.False(attempt.Accepted);
        foreach (NamedHistogram histogram in trial.Histograms)
        {
            MeasuredLatency latency = attempt.Latency(Stage.Of(histogram.Name))!;
            Assert.Equal((histogram.Count, histogram.SumNs), (latency.Count, latency.SumNs));
            Assert.Equal((histogram.MinNs, histogram.MaxNs), (latency.MinNs, latency.MaxNs));
            Assert.Equal(
                histogram.Buckets, latency.Buckets.Select(bucket => new HistogramBucket(bucket.Index, bucket.Count)));
            Assert.All(latency.Buckets, bucket => Assert.Equal(
                (BucketLayout.LowerEdgeNs(bucket.Index), BucketLayout.UpperEdgeNs(bucket.Index)),
                (bucket.LowerNs, bucket.UpperNs)));
        }
    }

    [Fact]
    public void Percentiles_in_the_database_are_those_of_the_histogram()
    {
        Messages messages = new();
        long[] values = [.. Messages.Around(3_000)];
        using ResultsStore store = _file.Open();
        store.RecordTrial(messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, values));

        LatencyHistogram histogram = LatencyHistogram.FromValues(values);
        Assert.Equal(
            histogram.PercentileNs(50),
            _file.Scalar<double>("SELECT p50_ns FROM accepted_latency WHERE stage = 'prerouting'"));
        Assert.Equal(
            histogram.PercentileNs(99),
            _file.Scalar<double>("SELECT p99_ns FROM accepted_latency WHERE stage = 'prerouting'"));
        Assert.Equal(
            values.Average(),
            _file.Scalar<double>("SELECT mean_ns FROM accepted_latency WHERE stage = 'prerouting'"),
            1e-6);
    }

    [Fact]
    public void Percentiles_that_the_sample_is_too_small_for_are_null_in_the_database()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        store.RecordTrial(messages.Trial(
            1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(3_000, count: 999)));
        store.RecordTrial(messages.Trial(1, 1, Planes.Nftables, 100, Position.Last, []));

        Assert.Equal(0, _file.Scalar<long>("SELECT COUNT(*) FROM latency WHERE p50_ns IS NULL AND trial = 0"));
        Assert.Equal(
            3,
            _file.Scalar<long>("SELECT COUNT(*) FROM latency WHERE p99_ns IS NULL AND p999_ns IS NULL AND trial = 0"));
        Assert.Equal(
            3,
            _file.Scalar<long>(
                """
                SELECT COUNT(*) FROM latency
                WHERE p50_ns IS NULL AND mean_ns IS NULL AND min_ns IS NULL AND trial = 1
                """));
    }

    [Fact]
    public void The_view_of_accepted_latencies_has_one_attempt_of_each_trial_and_no_flagged_one()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        store.RecordTrial(messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, [1_000], 1, TrialFlag.RulesMoved));
        store.RecordTrial(messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, [2_000], attempt: 2));
        store.RecordTrial(messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, [3_000], attempt: 3));
        store.RecordTrial(messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, [4_000], 4, TrialFlag.RulesMoved));

        Assert.Equal([3], _file.Query<long>("SELECT DISTINCT attempt FROM accepted_latency"));
    }

    [Fact]
    public void A_histogram_whose_buckets_do_not_add_up_is_refused_and_nothing_of_its_trial_is_kept()
    {
        Messages messages = new();
        TrialMeasured trial = messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(2_000));
        NamedHistogram wrong = trial.Histograms[2] with { Count = trial.Histograms[2].Count + 1 };
        using ResultsStore store = _file.Open();

        ArgumentException exception = Assert.Throws<ArgumentException>(() =>
            store.RecordTrial(trial with { Histograms = [.. trial.Histograms.Take(2), wrong] }));

        Assert.Contains("total histogram of trial 0, attempt 1", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, _file.Scalar<long>("SELECT COUNT(*) FROM trial"));
    }

    [Fact]
    public void An_axis_that_only_the_message_knows_is_recorded_and_loaded()
    {
        Messages messages = new();
        TrialMeasured trial = messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, [1_000]);
        Cell cell = trial.Trial.Cell.With(Axes.Of("packetSize"), "1500");
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        store.RecordTrial(trial with { Trial = trial.Trial with { Cell = cell } });

        Assert.Equal(cell, Assert.Single(store.Load(messages.ExperimentId).Attempts).Trial.Cell);
        Assert.Equal(["1500"], _file.Query<string>("SELECT DISTINCT cell ->> 'packetSize' FROM accepted_latency"));
    }

    [Fact]
    public void What_the_generator_does_not_report_is_null_and_not_zero()
    {
        Messages messages = new();
        TrialMeasured trial = messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, [1_000]);
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        store.RecordTrial(trial with
        {
            Conditions = trial.Conditions with
            {
                Generator = "pktgen", LatenessP50Ns = null, LatenessP99Ns = null, LatenessMaxNs = null,
            },
        });

        Assert.Null(Assert.Single(store.Load(messages.ExperimentId).Attempts).Conditions.LatenessP99Ns);
        Assert.Equal(
            1,
            _file.Scalar<long>("SELECT COUNT(*) FROM trial WHERE lateness_p50_ns IS NULL AND lateness_max_ns IS NULL"));
    }

    [Fact]
    public void A_message_in_the_database_that_cannot_be_read_is_reported()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        store.RecordMachine(messages.Node());
        _file.Execute("UPDATE machine SET message = '{\"machine\": 7}'");

        ResultsDamagedException exception =
            Assert.Throws<ResultsDamagedException>(() => store.Load(messages.ExperimentId));
        Assert.Contains("a NodeDescribed that this program cannot read", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BucketLayout.Version + 1, false)]
    [InlineData(BucketLayout.Version, true)]
    public void A_histogram_of_another_layout_or_given_twice_is_refused(int layoutVersion, bool twice)
    {
        Messages messages = new();
        TrialMeasured trial = messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(2_000));
        NamedHistogram histogram = trial.Histograms[0] with { LayoutVersion = layoutVersion };
        using ResultsStore store = _file.Open();

        Assert.Throws<ArgumentException>(() => store.RecordTrial(
            trial with { Histograms = twice ? [histogram, histogram] : [histogram] }));
    }

    private static string Json(ResultsStore store, Messages messages) =>
        JsonSerializer.Serialize(store.Load(messages.ExperimentId));
}
