using Plumbline.DataPlanes;
using Plumbline.Probing.Tracing;

namespace Plumbline.Trials.Tests;

public sealed class Packet_trace_specs
{
    private const ulong Confirmed = 1 << 3;
    private const string New = "IP_CT_NEW";

    private static readonly PacketAddresses s_sent =
        new(Ipv4.Parse("10.244.128.2"), 1_024, Ipv4.Parse("10.96.0.10"), 7_000);

    private static readonly PacketAddresses s_translated =
        s_sent with { DestinationIp = Ipv4.Parse("10.244.0.11"), DestinationPort = 7_001 };

    private static readonly PacketEvent s_arrived =
        new(TracePoint.Arrived, 1_000) { Device = "client0", Addresses = s_sent };

    private static readonly PacketEvent s_routed = new(TracePoint.Routed, 1_600) { Entry = new ConntrackEntry(0, New) };
    private static readonly PacketEvent s_queued = new(TracePoint.Queued, 1_900);

    private static readonly PacketEvent s_left = new(TracePoint.Left, 2_000)
    {
        Device = "endpoints0",
        Addresses = s_translated,
        Entry = new ConntrackEntry(Confirmed, New),
    };

    private static readonly PacketEvent s_dropped =
        new(TracePoint.Dropped, 1_700) { Addresses = s_sent, DropReason = "NETFILTER_DROP" };

    private static readonly (string, long, long, double)[] s_twoStages =
        [("prerouting", 0, 600, 0.6), ("forward-postrouting", 600, 400, 0.4)];

    [Fact]
    public void The_stages_follow_each_other_and_are_the_whole_way()
    {
        PacketTrace trace = Trace(s_arrived, s_routed, s_queued, s_left);

        Assert.Equal(s_twoStages, trace.Stages.Select(Figures));
        Assert.Equal([("hooks", 600L, 300L, 0.3), ("queue", 900, 100, 0.1)], trace.Stages[1].Parts.Select(Figures));
        Assert.Equal(1_000, trace.TotalNs);
    }

    [Fact]
    public void A_stage_without_traced_parts_stays_whole()
    {
        PacketTrace trace = Trace(s_arrived, s_routed, s_left);

        Assert.Equal(s_twoStages, trace.Stages.Select(Figures));
        Assert.All(trace.Stages, stage => Assert.Empty(stage.Parts));
    }

    [Fact]
    public void Calls_of_rule_functions_are_parts_of_the_stretch_that_they_are_in()
    {
        PacketTrace trace = Trace(
            s_arrived,
            Call(1_100, 1_500, "prerouting", "nat-prerouting"),
            s_routed,
            Call(1_700, 1_800, "forward", "filter-forward"),
            Call(1_820, 1_870, "postrouting", "nat-postrouting"),
            s_queued,
            s_left);

        Assert.Equal(
            [("prerouting ip kube-proxy nat-prerouting", 100L, 400L, 0.4)], trace.Stages[0].Parts.Select(Figures));
        Assert.Equal(["hooks", "queue"], trace.Stages[1].Parts.Select(part => part.Name));
        Assert.Equal(
            [
                ("forward ip kube-proxy filter-forward", 700L, 100L, 0.1),
                ("postrouting ip kube-proxy nat-postrouting", 820, 50, 0.05),
            ],
            trace.Stages[1].Parts[0].Parts.Select(Figures));
        Assert.Equal("nft_do_chain", trace.Stages[0].Parts[0].What);
    }

    [Fact]
    public void A_packet_that_was_dropped_by_a_chain_shows_that_chain()
    {
        PacketTrace trace = Trace(s_arrived, s_routed, Call(1_650, 1_690, "forward", "filter-forward"), s_dropped);

        WaterfallStage hooks = Assert.Single(trace.Stages[1].Parts);
        Assert.Equal("forward ip kube-proxy filter-forward", Assert.Single(hooks.Parts).Name);
    }

    [Fact]
    public void A_dropped_packets_way_ends_where_it_was_dropped()
    {
        PacketTrace late = Trace(s_arrived, s_routed, s_dropped);
        PacketTrace early = Trace(s_arrived, s_dropped);

        Assert.Equal([("prerouting", 0L, 600L), ("forward-postrouting", 600, 100)], late.Stages.Select(Times));
        Assert.Equal([("prerouting", 0L, 700L)], early.Stages.Select(Times));
        Assert.Equal((PacketVerdict.Dropped, "NETFILTER_DROP"), (late.Verdict, late.DropReason));
        Assert.Null(late.EgressDevice);
        Assert.False(late.IsTranslated);

        static (string, long, long) Times(WaterfallStage stage) => (stage.Name, stage.StartNs, stage.DurationNs);
    }

    [Fact]
    public void A_packet_that_leaves_without_a_routing_lookup_is_unrouted() =>
        Assert.Equal("unrouted", Assert.Single(Trace(s_arrived, s_left).Stages).Name);

    [Fact]
    public void A_packet_without_end_or_arrival_has_no_stages_and_no_time()
    {
        PacketTrace endless = Trace(s_arrived, s_routed);

        Assert.Equal((PacketVerdict.NotSeenAgain, null), (endless.Verdict, endless.TotalNs));
        Assert.Empty(endless.Stages);
        Assert.Empty(Trace().Stages);
    }

    [Theory]
    [InlineData(0UL, FlowEntry.Made)]
    [InlineData(Confirmed, FlowEntry.Met)]
    public void An_entry_is_the_packets_own_unless_it_was_confirmed_when_routing_began(ulong status, FlowEntry entry)
    {
        PacketTrace trace = Trace(s_arrived, s_routed with { Entry = new ConntrackEntry(status, New) }, s_left);

        // conntrack says NEW for both: nothing ever answered the flow.
        Assert.Equal((entry, New), (trace.Entry, trace.CtInfo));
    }

    [Fact]
    public void Without_an_entry_at_the_lookup_there_is_none() =>
        Assert.Equal(FlowEntry.None, Trace(s_arrived, s_routed with { Entry = null }, s_left).Entry);

    [Fact]
    public void Translation_shows_in_the_destination()
    {
        PacketTrace trace = Trace(s_arrived, s_routed, s_left);

        Assert.True(trace.IsTranslated);
        Assert.Equal(("10.96.0.10:7000", "10.244.0.11:7001"), (trace.Destination, trace.DestinationAfter));
        Assert.Equal("10.244.128.2:1024", trace.SourceAfter);
    }

    [Fact]
    public void A_first_packet_that_made_its_entry_and_a_second_that_met_it_need_no_remark() =>
        Assert.Empty(new FlowTrace(First, Second).Remarks);

    [Fact]
    public void What_keeps_two_packets_from_showing_what_conntrack_saves_is_remarked()
    {
        AssertRemark(
            "the first packet made no conntrack entry, so nothing shows that it is the first of its flow",
            Second,
            Second);
        AssertRemark("the second packet met no conntrack entry, so it went through the rules again", First, First);
        AssertRemark("2 packets arrived as the first, instead of one", First with { Packets = 2 }, Second);
        AssertRemark(
            "0 packets arrived as the second, instead of one", First, PacketTrace.Of(new PacketLog(0, [], 0)));
        AssertRemark(
            "the second packet was not translated to an endpoint",
            First,
            Second with { DestinationAfter = Second.Destination });
        AssertRemark("the first packet was dropped: NETFILTER_DROP", Trace(s_arrived, s_routed, s_dropped), Second);

        static void AssertRemark(string remark, PacketTrace first, PacketTrace second) =>
            Assert.Equal([remark], new FlowTrace(first, second).Remarks);
    }

    [Fact]
    public void A_warm_up_that_lost_a_packet_says_nothing()
    {
        FlowTrace flow = new(First, Second);

        Assert.Equal(new WarmUp(3, 1_000, 1_000), WarmUp.Of([flow, flow, flow]));
        Assert.Null(WarmUp.Of([flow, flow with { Second = Trace(s_arrived, s_dropped) }]));
        Assert.Null(WarmUp.Of([]));
    }

    private static PacketEvent Call(long beganNs, long endedNs, string hook, string chain) =>
        new(TracePoint.Called, endedNs)
        {
            Call = new FunctionCall(beganNs, new RuleChain(RuleFunction.NftDoChain, hook, "ip kube-proxy", chain)),
        };

    private static PacketTrace First => Trace(s_arrived, s_routed, s_queued, s_left);

    private static PacketTrace Second =>
        Trace(s_arrived, s_routed with { Entry = new ConntrackEntry(Confirmed, New) }, s_queued, s_left);

    private static PacketTrace Trace(params IReadOnlyList<PacketEvent> events) =>
        PacketTrace.Of(new PacketLog(events.Count == 0 ? 0 : 1, events, 0));

    private static (string, long, long, double) Figures(WaterfallStage stage) =>
        (stage.Name, stage.StartNs, stage.DurationNs, stage.Share);
}
