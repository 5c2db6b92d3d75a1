using Plumbline.Contracts;

namespace Plumbline.Store.Tests;

/// <summary>What kernel probes report, recorded and loaded; the same in both databases.</summary>
public sealed class KernelProbeTests : IDisposable
{
    private readonly ResultsFile _file = new();

    private readonly Messages _messages = FunctionExperiment.Messages();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_report_is_loaded_as_it_was_recorded()
    {
        TrialMeasured trial = FunctionExperiment.Measured(_messages, 1, Planes.Nftables, 100);
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Started());
        store.RecordTrial(trial);

        AttemptResult attempt = Assert.Single(store.Load(_messages.ExperimentId).Attempts);

        Assert.Equal(trial.Trial, attempt.Trial);
        Assert.Equal(
            [Stage.Prerouting, Stage.ForwardPostrouting, Stage.Total, Stage.RuleFunctions],
            attempt.Latencies.Select(latency => latency.Stage));
        Assert.Equivalent(
            trial.Probes.Select(report => report with { Details = [] }),
            attempt.Probes.Select(probe => probe.Report),
            strict: true);
        Assert.Empty(attempt.Probe(Timing.Stage)!.Details);
        IReadOnlyList<MeasuredLatency> details = attempt.Probe(Timing.Function)!.Details;
        Assert.Equal(
            [FunctionExperiment.Filter.ToString(), FunctionExperiment.Nat.ToString()],
            details.Select(each => each.Name));
        Assert.Equal(
            trial.Probes[1].Details[0].Buckets,
            details[1].Buckets.Select(bucket => new HistogramBucket(bucket.Index, bucket.Count)));
    }

    [Fact]
    public void The_cost_of_each_program_is_loaded_and_is_in_a_view()
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Started());
        TrialMeasured baseline = FunctionExperiment.Measured(_messages, 0, DataPlane.NoRules, 0);
        store.RecordTrial(baseline);

        AttemptResult attempt = Assert.Single(store.Load(_messages.ExperimentId).Attempts);

        Assert.Equivalent(
            baseline.Probes.Select(report => report.Cost),
            attempt.Probes.Select(probe => probe.Report.Cost),
            strict: true);
        Assert.Equal(
            [("fentry_ipt_do_table", 1_000, 55_000, 1_000), ("stage_left", 1_000, 71_000, 1_000)],
            _file.Query<(string, long, long, long)>(
                """
                SELECT program, runs, run_time_ns, packets
                FROM program_run WHERE probe = 'function' ORDER BY program
                """));
        Assert.Equal(101.5, _file.Scalar<double>("SELECT run_ns FROM kernel_probe WHERE probe = 'stage'"));
    }

    [Fact]
    public void That_a_probe_could_not_measure_is_loaded_with_the_reason()
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Started());
        TrialMeasured trial = _messages.Trial(1, 1, Planes.Nftables, 100, Position.Last, Messages.Around(2_000));
        KernelProbeReport absent = Messages.Report(Timing.Function) with { Absent = "the kernel refuses fentry" };
        store.RecordTrial(trial with { Probes = [.. trial.Probes, absent] });

        AttemptResult attempt = Assert.Single(store.Load(_messages.ExperimentId).Attempts);
        Assert.Equal("the kernel refuses fentry", attempt.Probe(Timing.Function)!.Report.Absent);
        Assert.Equal(
            ["the kernel refuses fentry"],
            _file.Query<string>("SELECT absent FROM kernel_probe WHERE probe = 'function'"));
    }

    [Fact]
    public void The_view_of_calls_has_the_calls_of_a_packet()
    {
        Record();

        Assert.Equal(
            [
                "nft_do_chain forward ip kube-proxy filter-forward 1",
                "nft_do_chain prerouting ip kube-proxy nat-prerouting 1",
            ],
            _file.Query<string>(
                """
                SELECT DISTINCT call || ' ' || CAST(calls_per_packet AS INTEGER)
                FROM function_call WHERE data_plane = 'nftables' ORDER BY 1
                """));
        Assert.Equal(["fentry"], _file.Query<string>("SELECT DISTINCT attachment FROM function_call"));
    }

    [Fact]
    public void Details_are_computed_again_with_the_stages()
    {
        Record();
        _file.Execute("UPDATE latency SET p50_ns = 1 WHERE probe = 'function' AND step = 1");

        using ResultsStore store = _file.Open();

        Assert.Equal(2, store.Recompute(_messages.ExperimentId, 1).Changed);
    }

    [Fact]
    public void A_detail_with_the_name_of_a_stage_is_refused()
    {
        TrialMeasured trial = _messages.Trial(1, 1, Planes.Nftables, 100, Position.Last, Messages.Around(2_000));
        KernelProbeReport report = Messages.Report(Timing.Function) with { Details = [trial.Histograms[0]] };
        using ResultsStore store = _file.Open();

        ArgumentException exception =
            Assert.Throws<ArgumentException>(() => store.RecordTrial(trial with { Probes = [report] }));
        Assert.Contains("it appears twice", exception.Message, StringComparison.Ordinal);
    }

    private void Record()
    {
        using ResultsStore store = _file.Open();
        FunctionExperiment.Record(store, _messages);
    }
}
