using Plumbline.Linux;
using Plumbline.RttProbe.Grpc;
using Plumbline.RttProbe.Raw;
using Plumbline.Trials.Noise;

namespace Plumbline.RttProbe.Tests;

/// <summary>Whole trials on real lab nodes, with kube-proxy's rules and the echo worker behind them.</summary>
[Trait("Category", "Kernel")]
public sealed class Trial_specs
{
    private static readonly RoundTripMethod s_roundTrip = new(TimeProvider.System);
    private static readonly GrpcMethod s_grpc = new(TimeProvider.System);

    public static TheoryData<string> DataPlanes => ["iptables-legacy", "iptables-nft", "nftables"];

    [Theory]
    [MemberData(nameof(DataPlanes))]
    public async Task Every_probe_packet_is_a_first_packet_is_translated_and_is_answered(string dataPlane)
    {
        await using LabHarness lab = await CreateAsync(new DataPlane(dataPlane), 50);

        TrialMeasured measured = await lab.MeasureAsync(s_roundTrip, lab.Trial(Measure.RoundTrip, Position.Last));

        TrialCounts counts = measured.Counts;
        Assert.Equal((500, 500, 500), (counts.Sent, counts.Arrived, counts.FirstPackets));
        Assert.Equal((500, 500), (counts.Translated, counts.Measured));
        AnswerCounts answers = new()
        {
            Answered = 500, Lost = 0, Late = 0, Failed = 0, Duplicates = 0, Stray = 0, Untimed = 0,
        };
        Assert.Equal(answers, counts.Answers);
        Assert.Equal(["round-trip", "round-trip-user-space"], measured.Histograms.Select(each => each.Name));
        (long kernelNs, long programNs) = (measured.Histograms[0].SumNs, measured.Histograms[1].SumNs);
        Assert.True(kernelNs < programNs, "the kernel's round trip lies within the program's");
        Assert.EndsWith("/tcp", measured.Conditions.Target, StringComparison.Ordinal);

        // A map has no order of its own; nft lists this one by protocol.
        Assert.InRange(measured.Conditions.TargetIndex!.Value, dataPlane == "nftables" ? 0 : 44, 49);
        Assert.NotNull(measured.Conditions.SenderPriority);
        Assert.NotNull(measured.Conditions.Cpu);
        Assert.NotNull(measured.Conditions.StealNs);
        Assert.Equal(2 * ControlSender.Packets, measured.Conditions.Control?.Packets);
        Assert.Empty(measured.Faults());
    }

    [Fact]
    public async Task Datagrams_are_echoed_through_the_Services_too()
    {
        await using LabHarness lab = await CreateAsync(Planes.Nftables, 20);

        TrialMeasured measured = await lab.MeasureAsync(
            s_roundTrip, RoundTrips(lab, ServiceProtocol.Udp, Pacing.PingPong));

        Assert.Equal(500, measured.Counts.Answers!.Answered);
        Assert.EndsWith("/udp", measured.Conditions.Target, StringComparison.Ordinal);
        Assert.Equal(0, measured.Conditions.AskedRatePps);
        Assert.Empty(measured.Faults());
    }

    [Fact]
    public async Task A_baseline_measures_what_the_attached_programs_add_to_a_round_trip()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(DataPlane.NoRules, 0);

        TrialMeasured measured = await lab.MeasureAsync(s_roundTrip, lab.Trial(Measure.RoundTrip));

        Assert.Equal(500, measured.Counts.Untracked);
        KernelProbeReport report = Assert.Single(measured.Probes);
        Assert.Equal("stage", report.Probe);
        Assert.InRange(report.AddsNs!.Value, -20_000, 20_000);
    }

    [Fact]
    public async Task Raw_latencies_are_kept_in_the_order_of_sending_when_asked()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(DataPlane.NoRules, 0);

        TrialMeasured without = await lab.MeasureAsync(s_roundTrip, lab.Trial(Measure.RoundTrip));
        TrialMeasured with = await lab.MeasureAsync(s_roundTrip, lab.Trial(Measure.RoundTrip) with { KeepRaw = true });

        Assert.All(without.Histograms, each => Assert.Null(each.RawNs));
        Assert.All(with.Histograms, each => Assert.Equal(each.SumNs, each.RawNs!.Sum()));
        Assert.Equal(500, with.Histograms[0].RawNs!.Count);
    }

    [Fact]
    public async Task Reused_source_ports_are_caught()
    {
        await using LabHarness lab = await CreateAsync(Planes.Nftables, 20);
        MeasureTrial trial = RoundTrips(lab, ServiceProtocol.Udp, Pacing.OpenLoop, firstFlow: 0);
        await lab.MeasureAsync(s_roundTrip, trial);

        TrialMeasured again = await lab.MeasureAsync(s_roundTrip, trial);

        Assert.Contains(TrialFlag.NotFirstPackets, again.Flags);
        Assert.Equal(500, again.Counts.NotFirstPackets);
    }

    [Fact]
    public async Task Lost_answers_are_caught_though_every_probe_packet_arrived()
    {
        await using LabHarness lab = await CreateAsync(Planes.IptablesNft, 20);
        await lab.OnNodeAsync(
            "nft",
            "add table ip planted { chain forward { "
            + "type filter hook forward priority 10; tcp sport 7001 numgen inc mod 10 == 0 drop; }; }");

        TrialMeasured measured = await lab.MeasureAsync(s_roundTrip, lab.Trial(Measure.RoundTrip));

        Assert.Contains(TrialFlag.PacketsLost, measured.Flags);
        Assert.Equal((500, 500), (measured.Counts.Sent, measured.Counts.FirstPackets));
        Assert.Equal((450, 50), (measured.Counts.Answers!.Answered, measured.Counts.Answers.Lost));
        Assert.Contains(
            measured.Remarks,
            remark => remark.Contains(
                "50 of 500 were not answered in time (50 never, 0 late)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Pacing.OpenLoop)]
    [InlineData(Pacing.PingPong)]
    public async Task A_node_that_drops_everything_ends_the_trial_soon_and_flagged(Pacing pacing)
    {
        await using LabHarness lab = await CreateAsync(Planes.IptablesLegacy, 20);
        await lab.OnNodeAsync("iptables-legacy", "-I", "FORWARD", "-j", "DROP");
        long start = Environment.TickCount64;

        TrialMeasured measured = await lab.MeasureAsync(s_roundTrip, RoundTrips(lab, ServiceProtocol.Tcp, pacing));

        Assert.Contains(TrialFlag.PacketsLost, measured.Flags);
        Assert.Equal(0, measured.Counts.Measured);
        Assert.InRange(Environment.TickCount64 - start, 0, 15_000);
    }

    [Fact]
    public async Task A_round_trip_is_longer_when_the_rule_is_last()
    {
        // The position must show above any machine's noise: a thousand iptables-nft rules take about 15 µs.
        await using LabHarness lab = await CreateAsync(Planes.IptablesNft, 2_000);

        TrialMeasured first = await lab.MeasureAsync(s_roundTrip, lab.Trial(Measure.RoundTrip, Position.First));
        TrialMeasured last = await lab.MeasureAsync(s_roundTrip, lab.Trial(Measure.RoundTrip, Position.Last));

        Assert.True(MeanNs(last) - MeanNs(first) > 10_000, $"first {MeanNs(first)} ns, last {MeanNs(last)} ns");

        static long MeanNs(TrialMeasured measured) => measured.Histograms[0].SumNs / measured.Histograms[0].Count;
    }

    [Fact]
    public async Task A_trial_leaves_no_rule_in_the_clients_namespace()
    {
        await using LabHarness lab = await CreateAsync(Planes.Nftables, 20);

        await lab.MeasureAsync(s_roundTrip, lab.Trial(Measure.RoundTrip));

        CancellationToken token = TestContext.Current.CancellationToken;
        Assert.Empty(await Tool.RunAsync(lab.Node.Client, "nft", ["list", "ruleset"], token: token));
    }

    [Theory]
    [MemberData(nameof(DataPlanes))]
    public async Task Every_gRPC_request_on_a_connection_of_its_own_begins_with_a_first_packet(string dataPlane)
    {
        await using LabHarness lab = await CreateAsync(new DataPlane(dataPlane), 20);

        TrialMeasured measured = await lab.MeasureAsync(
            s_grpc, lab.Trial(Measure.Grpc, packets: 40, warmupPackets: 5, ratePps: 100));

        Assert.Equal(40, measured.Counts.Answers!.Answered);
        Assert.Equal(40, measured.Counts.FirstPackets);
        Assert.Equal(
            ["grpc-connect", "grpc-request", "grpc-worker", "grpc-total"],
            measured.Histograms.Select(each => each.Name));
        Assert.All(measured.Histograms, each => Assert.Equal(40, each.Count));
        Assert.Empty(measured.Faults());
    }

    [Fact]
    public async Task Requests_run_on_no_CPU_of_their_own_so_none_is_stated_nor_its_steal()
    {
        await using LabHarness lab = await CreateAsync(Planes.Nftables, 20);

        TrialMeasured measured = await lab.MeasureAsync(
            s_grpc, lab.Trial(Measure.Grpc, packets: 10, warmupPackets: 2, ratePps: 50));

        Assert.Equal((null, null), (measured.Conditions.Cpu, measured.Conditions.StealNs));
        Assert.Equal((null, null), (measured.Conditions.Noise, measured.Conditions.Control));
    }

    [Fact]
    public async Task On_a_connection_that_is_kept_no_request_meets_the_rules()
    {
        await using LabHarness lab = await CreateAsync(Planes.Nftables, 20);
        MeasureTrial trial = lab.Trial(Measure.Grpc, packets: 40, warmupPackets: 5, ratePps: 100);

        TrialMeasured measured = await lab.MeasureAsync(
            s_grpc, trial with { Grpc = trial.Grpc! with { Connection = GrpcConnection.KeptAlive } });

        Assert.Equal(0, measured.Counts.FirstPackets);
        Assert.Equal(40, measured.Counts.Answers!.Answered);
        Assert.DoesNotContain(measured.Histograms, each => each.Name == "grpc-connect");
        Assert.Empty(measured.Faults());
    }

    [Fact]
    public async Task The_endpoints_own_time_is_separate_from_the_requests()
    {
        await using LabHarness lab = await CreateAsync(Planes.Nftables, 20);
        MeasureTrial trial = lab.Trial(Measure.Grpc, packets: 20, warmupPackets: 5, ratePps: 50);

        TrialMeasured measured = await lab.MeasureAsync(
            s_grpc, trial with { Grpc = trial.Grpc! with { WorkUs = 5_000 } });

        NamedHistogram worker = measured.Histograms.Single(each => each.Name == "grpc-worker");
        NamedHistogram total = measured.Histograms.Single(each => each.Name == "grpc-total");
        Assert.InRange(worker.MinNs, 5_000_000, long.MaxValue);
        Assert.True(total.SumNs > worker.SumNs, "the total contains the endpoint's time");
    }

    [Fact]
    public async Task Requests_slower_than_their_timeout_are_lost_and_flagged()
    {
        await using LabHarness lab = await CreateAsync(Planes.Nftables, 20);
        MeasureTrial trial = lab.Trial(Measure.Grpc, packets: 10, warmupPackets: 2, ratePps: 20);

        TrialMeasured measured = await lab.MeasureAsync(
            s_grpc, trial with { Grpc = trial.Grpc! with { WorkUs = 60_000, TimeoutMs = 20 } });

        AnswerCounts answers = measured.Counts.Answers!;
        Assert.Equal((10, 0, 0), (answers.Lost + answers.Late, answers.Answered, answers.Failed));
        Assert.Contains(TrialFlag.PacketsLost, measured.Flags);
        Assert.Equal(0, measured.Counts.Measured);
    }

    [Fact]
    public async Task An_answer_after_the_timeout_is_late_though_the_deadlines_timer_did_not_fire()
    {
        await using LabHarness lab = await CreateAsync(Planes.Nftables, 20);
        MeasureTrial trial = lab.Trial(Measure.Grpc, packets: 10, warmupPackets: 2, ratePps: 20);

        // Deadlines are times of day, so an hour ahead they are an hour too late.
        TrialMeasured measured = await lab.MeasureAsync(
            new GrpcMethod(new ClockAhead()),
            trial with { Grpc = trial.Grpc! with { WorkUs = 60_000, TimeoutMs = 20 } });

        Assert.Equal(10, measured.Counts.Answers!.Late);
        Assert.Contains(TrialFlag.PacketsLost, measured.Flags);
        Assert.Equal(0, measured.Counts.Measured);
    }

    private static Task<LabHarness> CreateAsync(DataPlane dataPlane, int services, int tcpShare = 50) =>
        LabHarness.CreateAsync(dataPlane, services, tcpShare: tcpShare);

    private static MeasureTrial RoundTrips(
        LabHarness lab, ServiceProtocol protocol, Pacing pacing, long? firstFlow = null)
    {
        MeasureTrial trial = lab.Trial(Measure.RoundTrip, firstFlow: firstFlow);
        return trial with
        {
            Cell = trial.Cell.With(protocol),
            RoundTrip = new RoundTripSettings { Pacing = pacing, TimeoutMs = 100 },
        };
    }

    private sealed class ClockAhead : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddHours(1);
    }
}
