using Plumbline.Probing;

namespace Plumbline.Trials.Tests;

public sealed class Trial_judge_specs
{
    private const int Packets = 10_000;

    [Fact]
    public void A_clean_trial_has_no_flag() => Assert.Empty(Flags(Counts()));

    [Theory]
    [InlineData(10, false)]
    [InlineData(11, true)]
    public void One_lost_packet_in_a_thousand_is_tolerated_and_no_more(int lost, bool flagged) => Assert.Equal(
        flagged,
        Flags(Counts() with
        {
            FirstPackets = Packets - lost,
            Translated = Packets - lost,
            Measured = Packets - lost,
            LostByReason = new Dictionary<string, long> { ["NETFILTER_DROP"] = lost },
        }).Contains(TrialFlag.PacketsLost));

    [Fact]
    public void Packets_that_vanished_without_a_reason_are_lost() => Assert.Contains(
        TrialFlag.PacketsLost,
        Flags(Counts() with { FirstPackets = Packets - 50, Translated = Packets - 50, Unaccounted = 50 }));

    [Fact]
    public void Packets_that_were_never_sent_are_lost() => Assert.Contains(TrialFlag.PacketsLost, Flags(Counts() with
    {
        Sent = Packets - 50,
        SendErrors = 50,
        Arrived = Packets - 50,
        FirstPackets = Packets - 50,
        Translated = Packets - 50,
    }));

    [Fact]
    public void Packets_of_known_flows_are_flagged() => Assert.Contains(
        TrialFlag.NotFirstPackets, Flags(Counts() with { FirstPackets = Packets - 50, NotFirstPackets = 50 }));

    [Fact]
    public void Packets_that_were_not_translated_are_flagged() =>
        Assert.Contains(TrialFlag.NotTranslated, Flags(Counts() with { Translated = Packets - 50 }));

    [Fact]
    public void More_packets_than_were_sent_are_flagged() =>
        Assert.Contains(TrialFlag.StrayPackets, Flags(Counts() with { Arrived = Packets + 50 }));

    [Fact]
    public void One_way_packets_that_left_late_count_because_none_met_the_one_before()
    {
        Assert.Empty(Flags(Counts(), achievedPps: 100));
        Assert.Contains(TrialFlag.PacketsLost, Flags(Counts() with { Unaccounted = 50 }, achievedPps: 100));
    }

    [Theory]
    [InlineData(9_000, 0)]
    [InlineData(8_900, 1)]
    public void Round_trips_that_left_slower_than_asked_are_flagged(double achievedPps, int flags)
    {
        IReadOnlyList<FlagReason> reasons = TrialJudge.Judge(
            Trial(Planes.Nftables, Measure.RoundTrip, GrpcConnection.New),
            new Measurement { Series = [SeriesOf(Answered(answers => answers), achievedPps)] },
            moved: null);

        Assert.Equal(Enumerable.Repeat(TrialFlag.GeneratorBehind, flags), reasons.Select(each => each.Flag));
    }

    [Theory]
    [InlineData(8_999, true)]
    [InlineData(9_001, false)]
    public void Requests_below_nine_tenths_of_their_rate_are_flagged(double achievedPps, bool flagged) => Assert.Equal(
        flagged,
        Judge(Answered(answers => answers), achievedPps, measure: Measure.Grpc)
            .Any(each => each.Flag == TrialFlag.GeneratorBehind));

    [Fact]
    public void Latencies_above_the_histogram_are_flagged() =>
        Assert.Contains(TrialFlag.HistogramOverflow, Flags(Counts(), overflow: 1));

    [Fact]
    public void Moved_rules_are_flagged_with_what_moved() =>
        Assert.Equal([new FlagReason(TrialFlag.RulesMoved, "it moved")], Judge(Counts(), moved: "it moved"));

    [Fact]
    public void A_baseline_needs_no_first_packet_proof() => Assert.Empty(Judge(Baseline()));

    [Theory]
    [InlineData(10, false)]
    [InlineData(11, true)]
    public void A_trial_whose_packets_found_no_route_is_flagged(int withoutRoute, bool flagged)
    {
        TrialFlag[] expected = flagged ? [TrialFlag.NoRouteLookup] : [];

        Assert.Equal(expected, Flags(Counts() with { WithoutRoute = withoutRoute, Measured = Packets - withoutRoute }));
    }

    [Fact]
    public void A_baseline_with_empty_histograms_is_flagged() => Assert.Equal(
        [new FlagReason(TrialFlag.NoRouteLookup, $"{Packets} packets left the node without a routing lookup")],
        Judge(Baseline() with { WithoutRoute = Packets, Measured = 0 }));

    [Fact]
    public void Round_trips_do_not_depend_on_the_routing_lookup() => Assert.Empty(
        Judge(Answered(answers => answers) with { WithoutRoute = Packets }, measure: Measure.RoundTrip));

    [Theory]
    [InlineData(10, 0, 0, false)]
    [InlineData(6, 5, 0, true)]
    [InlineData(0, 0, 11, true)]
    public void Probe_packets_that_were_not_answered_in_time_are_lost(int lost, int late, int failed, bool flagged)
    {
        TrialCounts counts = Answered(answers =>
            answers with { Answered = Packets - lost - late - failed, Lost = lost, Late = late, Failed = failed });

        Assert.Equal(flagged, Flags(counts).Count > 0);
    }

    [Fact]
    public void Answers_that_came_twice_are_flagged() =>
        Assert.Equal([TrialFlag.DuplicateAnswers], Flags(Answered(answers => answers with { Duplicates = 11 })));

    [Fact]
    public void Packets_that_answer_nothing_are_flagged() =>
        Assert.Equal([TrialFlag.StrayPackets], Flags(Answered(answers => answers with { Stray = 11 })));

    [Fact]
    public void Answers_without_believable_timestamps_are_flagged() =>
        Assert.Equal([TrialFlag.UntimedAnswers], Flags(Answered(answers => answers with { Untimed = 11 })));

    [Fact]
    public void Failed_requests_are_flagged_as_failed()
    {
        TrialCounts counts = Answered(answers => answers with { Answered = Packets - 11, Failed = 11 });

        Assert.Equal([TrialFlag.RequestsFailed], Judge(counts, measure: Measure.Grpc).Select(each => each.Flag));
    }

    [Theory]
    [InlineData(GrpcConnection.New, true)]
    [InlineData(GrpcConnection.KeptAlive, false)]
    public void Only_requests_on_new_connections_need_a_first_packet_each(GrpcConnection connection, bool flagged)
    {
        // A request is several packets. Only the first one makes a conntrack entry.
        TrialCounts counts = Answered(answers => answers) with
        {
            Arrived = 5 * Packets,
            FirstPackets = 1,
            NotFirstPackets = (5 * Packets) - 1,
            Translated = 5 * Packets,
        };

        IReadOnlyList<FlagReason> reasons = Judge(counts, measure: Measure.Grpc, connection: connection);

        Assert.Equal(flagged, reasons.Any(each => each.Flag == TrialFlag.NotFirstPackets));
    }

    [Fact]
    public void Requests_on_new_connections_that_all_began_with_a_first_packet_have_no_flag()
    {
        TrialCounts counts = Answered(answers => answers) with
        {
            Arrived = 5 * Packets,
            NotFirstPackets = 4 * Packets,
            Translated = 5 * Packets,
        };

        Assert.Empty(Judge(counts, measure: Measure.Grpc));
    }

    [Fact]
    public void A_clean_second_series_adds_no_flag() =>
        Assert.Empty(JudgeBoth(SeriesOf(Counts(), probe: Timing.Function)));

    [Fact]
    public void Packets_of_known_flows_in_a_second_series_are_flagged_with_the_probes_name()
    {
        TrialCounts counts = Counts() with { FirstPackets = Packets - 50, NotFirstPackets = 50 };

        Assert.Equal(
            [
                new FlagReason(
                    TrialFlag.NotFirstPackets,
                    $"with the function probe 50 of {Packets} packets met an existing conntrack entry"),
            ],
            JudgeBoth(SeriesOf(counts, probe: Timing.Function)));
    }

    [Fact]
    public void What_a_kernel_probe_says_against_its_own_figures_flags_the_trial()
    {
        FlagReason reason = new(TrialFlag.FunctionCallsLost, "a call is missing");

        Assert.Equal([reason], JudgeBoth(SeriesOf(Counts(), probe: Timing.Function) with { Flags = [reason] }));
    }

    [Fact]
    public void A_trial_that_sent_nothing_has_counts_of_zero_and_no_CPU()
    {
        Measurement nothing = Measurement.None;

        Assert.Equal((0, 0, 0), (nothing.Counts.Sent, nothing.Counts.Measured, nothing.Counts.Unaccounted));
        Assert.Equal((null, null, null), (nothing.Cpu, nothing.Noise, nothing.Control));
        Assert.Empty(nothing.Histograms);
    }

    private static TrialCounts Answered(Func<AnswerCounts, AnswerCounts> change) => Counts() with
    {
        Answers = change(new AnswerCounts
        {
            Answered = Packets, Lost = 0, Late = 0, Failed = 0, Duplicates = 0, Stray = 0, Untimed = 0,
        }),
    };

    private static IReadOnlyList<TrialFlag> Flags(TrialCounts counts, double achievedPps = 10_000, long overflow = 0) =>
        [.. Judge(counts, achievedPps, overflow).Select(each => each.Flag)];

    private static IReadOnlyList<FlagReason> Judge(
        TrialCounts counts,
        double achievedPps = 10_000,
        long overflow = 0,
        string? moved = null,
        Measure measure = Measure.OneWay,
        GrpcConnection connection = GrpcConnection.New)
    {
        // A baseline's packets have no conntrack entry.
        DataPlane dataPlane = counts.Untracked > 0 ? DataPlane.NoRules : Planes.Nftables;
        Measurement measured = new() { Series = [SeriesOf(counts, achievedPps, overflow)] };
        return TrialJudge.Judge(Trial(dataPlane, measure, connection), measured, moved);
    }

    private static IReadOnlyList<FlagReason> JudgeBoth(Series second)
    {
        MeasureTrial trial = Trial(Planes.Nftables, Measure.OneWay, GrpcConnection.New);
        return TrialJudge.Judge(trial, new Measurement { Series = [SeriesOf(Counts()), second] }, moved: null);
    }

    private static Series SeriesOf(
        TrialCounts counts, double achievedPps = 10_000, long overflow = 0, Timing probe = Timing.Stage) => new()
        {
            Run = new SendRun
            {
                Sent = Packets,
                Errors = 0,
                Elapsed = TimeSpan.FromSeconds(Packets / achievedPps),
                Lateness = Lateness.Unknown,
            },
            AskedRatePps = 10_000,
            Counts = counts,
            Histograms = [NamedHistograms.Of(Stage.Total, [], keepRaw: false) with { Overflow = overflow }],
            Report = new KernelProbeReport { Probe = probe.WireName() },
        };

    private static MeasureTrial Trial(DataPlane dataPlane, Measure measure, GrpcConnection connection) => new()
    {
        Key = new TrialKey { ExperimentId = Guid.Empty, Step = 1, Trial = 0, Attempt = 1 },
        Measure = measure,
        Cell = Cell.Of(dataPlane, 1, Position.First),
        Repetition = 0,
        Packets = Packets,
        WarmupPackets = 0,
        RatePps = 10_000,
        FirstFlow = 0,
        Flows = Packets,
        Seed = 1,
        Grpc = measure == Measure.Grpc
            ? new GrpcSettings { Connection = connection, WorkUs = 0, TimeoutMs = 1 }
            : null,
    };

    private static TrialCounts Baseline() => Counts() with { FirstPackets = 0, Translated = 0, Untracked = Packets };

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
