using Plumbline.Probing.Functions;
using Plumbline.Probing.Stages;

namespace Plumbline.Trials.Tests;

public sealed class Trial_judge_specs
{
    private const int Packets = 10_000;

    [Fact]
    public void A_clean_trial_has_no_flag() => Assert.Empty(Flags(Counts()));

    [Theory]
    [InlineData(10, false)]
    [InlineData(11, true)]
    public void One_lost_packet_in_a_thousand_is_tolerated_and_no_more(int lost, bool flagged) => Assert.Equal(flagged, Flags(Counts() with
    {
        FirstPackets = Packets - lost,
        Translated = Packets - lost,
        Measured = Packets - lost,
        LostByReason = new Dictionary<string, long> { ["NETFILTER_DROP"] = lost },
    }).Contains(TrialFlag.PacketsLost));

    [Fact]
    public void Packets_that_vanished_without_a_reason_are_lost_too() => Assert.Contains(TrialFlag.PacketsLost, Flags(Counts() with
    {
        FirstPackets = Packets - 50,
        Translated = Packets - 50,
        Unaccounted = 50,
    }));

    [Fact]
    public void Packets_that_were_never_sent_are_lost_too() => Assert.Contains(TrialFlag.PacketsLost, Flags(Counts() with
    {
        Sent = Packets - 50,
        SendErrors = 50,
        Arrived = Packets - 50,
        FirstPackets = Packets - 50,
        Translated = Packets - 50,
    }));

    [Fact]
    public void Packets_of_known_flows_are_flagged() => Assert.Contains(TrialFlag.NotFirstPackets, Flags(Counts() with
    {
        FirstPackets = Packets - 50,
        NotFirstPackets = 50,
    }));

    [Fact]
    public void Packets_that_were_not_translated_are_flagged() =>
        Assert.Contains(TrialFlag.NotTranslated, Flags(Counts() with { Translated = Packets - 50 }));

    [Fact]
    public void More_packets_than_were_sent_are_flagged() =>
        Assert.Contains(TrialFlag.StrayPackets, Flags(Counts() with { Arrived = Packets + 50 }));

    [Fact]
    public void A_generator_below_nine_tenths_of_its_rate_is_flagged() =>
        Assert.Contains(TrialFlag.GeneratorBehind, Flags(Counts(), achievedPps: 8_999));

    [Fact]
    public void Latencies_beyond_the_histogram_are_flagged() =>
        Assert.Contains(TrialFlag.HistogramOverflow, Flags(Counts(), overflow: 1));

    [Fact]
    public void Moved_rules_are_flagged_with_what_moved()
    {
        (IReadOnlyList<TrialFlag> flags, IReadOnlyList<string> remarks) = Judge(Counts(), moved: "it moved");
        Assert.Equal([TrialFlag.RulesMoved], flags);
        Assert.Equal(["it moved"], remarks);
    }

    [Fact]
    public void The_baseline_arm_needs_no_first_packet_proof() => Assert.Empty(Judge(
        Counts() with { FirstPackets = 0, Translated = 0, Untracked = Packets }, dataPlane: DataPlane.NoRules).Flags);

    [Theory]
    [InlineData(10, 0, 0, false)]
    [InlineData(6, 5, 0, true)]
    [InlineData(0, 0, 11, true)]
    public void Probes_that_were_not_answered_in_time_are_lost_packets(int lost, int late, int failed, bool flagged) => Assert.Equal(
        flagged, Flags(Answered(answers => answers with { Answered = Packets - lost - late - failed, Lost = lost, Late = late, Failed = failed })).Count > 0);

    [Fact]
    public void Answers_that_came_twice_are_flagged() =>
        Assert.Equal([TrialFlag.DuplicateAnswers], Flags(Answered(answers => answers with { Duplicates = 11 })));

    [Fact]
    public void Packets_that_answer_no_probe_are_flagged() =>
        Assert.Equal([TrialFlag.StrayPackets], Flags(Answered(answers => answers with { Stray = 11 })));

    [Fact]
    public void Answers_without_believable_timestamps_are_flagged() =>
        Assert.Equal([TrialFlag.UntimedAnswers], Flags(Answered(answers => answers with { Untimed = 11 })));

    [Fact]
    public void Failed_requests_are_flagged_as_such() => Assert.Equal(
        [TrialFlag.RequestsFailed],
        Judge(Answered(answers => answers with { Answered = Packets - 11, Failed = 11 }), probe: Measure.Grpc).Flags);

    [Theory]
    [InlineData(GrpcConnection.New, true)]
    [InlineData(GrpcConnection.KeptAlive, false)]
    public void Only_requests_on_new_connections_need_a_first_packet_each(GrpcConnection connection, bool flagged)
    {
        // A request is several packets, of which the first alone makes a conntrack entry.
        TrialCounts counts = Answered(answers => answers) with { Arrived = 5 * Packets, FirstPackets = 1, NotFirstPackets = (5 * Packets) - 1, Translated = 5 * Packets };

        Assert.Equal(flagged, Judge(counts, probe: Measure.Grpc, connection: connection).Flags.Contains(TrialFlag.NotFirstPackets));
    }

    [Fact]
    public void Requests_on_new_connections_that_all_began_with_a_first_packet_have_no_flag() => Assert.Empty(Judge(
        Answered(answers => answers) with { Arrived = 5 * Packets, NotFirstPackets = 4 * Packets, Translated = 5 * Packets }, probe: Measure.Grpc).Flags);

    [Fact]
    public void A_clean_series_of_the_function_probe_has_no_flag() => Assert.Empty(JudgeFunctions(functions => functions).Flags);

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 0, 1)]
    public void A_single_call_that_is_missing_is_flagged(long unpaired, long lost, long missed)
    {
        (IReadOnlyList<TrialFlag> flags, IReadOnlyList<string> remarks) =
            JudgeFunctions(functions => functions with { Unpaired = unpaired, Lost = lost, Missed = missed });

        Assert.Equal([TrialFlag.FunctionCallsLost], flags);
        Assert.Equal(
            [$"calls of rule functions are missing: {unpaired} did not return, {lost} had no room, {missed} were left out by the kernel"], remarks);
    }

    [Fact]
    public void Packets_of_known_flows_in_the_function_probes_series_are_flagged_too()
    {
        (IReadOnlyList<TrialFlag> flags, IReadOnlyList<string> remarks) = JudgeFunctions(functions => functions, notFirst: 50);

        Assert.Equal([TrialFlag.NotFirstPackets], flags);
        Assert.Equal([$"with the function probe 50 of {Packets} packets met an existing conntrack entry"], remarks);
    }

    private static (IReadOnlyList<TrialFlag> Flags, IReadOnlyList<string> Remarks) JudgeFunctions(
        Func<FunctionMeasurement, FunctionMeasurement> change, long notFirst = 0)
    {
        SendRun run = new() { Sent = Packets, Errors = 0, Elapsed = TimeSpan.FromSeconds(1), Lateness = Lateness.None };
        StageReading stages = new()
        {
            Histograms = [], Arrived = Packets, First = Packets - notFirst, NotFirst = notFirst, Untracked = 0, Translated = Packets,
            WithoutRoute = 0, Superseded = 0, LostByReason = new Dictionary<string, long>(),
        };
        FunctionReading reading = new()
        {
            PerPacket = NamedHistograms.Of(Stage.RuleFunctions, [1, 2, 3], keepRaw: false),
            Measured = change(new FunctionMeasurement { Packets = Packets, NotFirstPackets = 0, Unpaired = 0, Lost = 0, Missed = 0, Calls = [] }),
        };
        Measurement measured = Measurement.None with { Functions = new FunctionSeries(run, 10_000, stages, reading) };
        MeasureTrial trial = Trial(DataPlane.Nftables, Measure.OneWay, GrpcConnection.New);
        return TrialJudge.Judge(trial, Conditions(10_000), Counts(), measured, moved: null);
    }

    private static TrialCounts Answered(Func<AnswerCounts, AnswerCounts> change) => Counts() with
    {
        Answers = change(new AnswerCounts { Answered = Packets, Lost = 0, Late = 0, Failed = 0, Duplicates = 0, Stray = 0, Untimed = 0 }),
    };

    private static IReadOnlyList<TrialFlag> Flags(TrialCounts counts, double achievedPps = 10_000, long overflow = 0) =>
        Judge(counts, achievedPps, overflow).Flags;

    private static (IReadOnlyList<TrialFlag> Flags, IReadOnlyList<string> Remarks) Judge(
        TrialCounts counts, double achievedPps = 10_000, long overflow = 0, string? moved = null, DataPlane dataPlane = DataPlane.Nftables,
        Measure probe = Measure.RoundTrip, GrpcConnection connection = GrpcConnection.New)
    {
        NamedHistogram histogram = new()
        {
            Stage = Stage.Total,
            LayoutVersion = 1,
            Count = 0,
            SumNs = 0,
            MinNs = 0,
            MaxNs = 0,
            Overflow = overflow,
            Buckets = [],
        };
        return TrialJudge.Judge(Trial(dataPlane, probe, connection), Conditions(achievedPps), counts, [histogram], moved);
    }

    private static MeasureTrial Trial(DataPlane dataPlane, Measure probe, GrpcConnection connection) => new()
    {
        Key = new TrialKey { ExperimentId = Guid.Empty, Step = 1, Trial = 0, Attempt = 1 },
        Probe = probe,
        DataPlane = dataPlane,
        Services = 1,
        Position = Position.First,
        Repetition = 0,
        Packets = Packets,
        WarmupPackets = 0,
        RatePps = 10_000,
        FirstFlow = 0,
        Flows = Packets,
        Seed = 1,
        Grpc = probe == Measure.Grpc ? new GrpcSettings { Connection = connection, WorkUs = 0, TimeoutMs = 1 } : null,
    };

    private static TrialConditions Conditions(double achievedPps) => new()
    {
        StartedAt = default,
        DurationNs = 1,
        Generator = "af_packet",
        Probe = "stage",
        AskedRatePps = 10_000,
        AchievedRatePps = achievedPps,
        LatenessP50Ns = 0,
        LatenessP99Ns = 0,
        LatenessMaxNs = 0,
        TargetIndex = 0,
        Target = "",
        Rules = 1,
        ConntrackCountBefore = 0,
        ConntrackMax = 1,
        Cpu = 0,
        Kernel = "",
        StealNs = 0,
    };

    private static TrialCounts Counts() => new()
    {
        Sent = Packets,
        SendErrors = 0,
        Arrived = Packets,
        Measured = Packets,
        FirstPackets = Packets,
        NotFirstPackets = 0,
        Untracked = 0,
        Translated = Packets,
        LostByReason = new Dictionary<string, long>(),
        Unaccounted = 0,
    };
}
