using Plumbline.DataPlanes;
using Plumbline.NodeProbe.Tracing;
using Plumbline.Paths.Lab;
using Plumbline.Probing.Tracing;

namespace Plumbline.NodeProbe.Tests;

/// <summary>First and second packets of real flows, through real rules.</summary>
[Trait("Category", "Kernel")]
public sealed class Flow_trace_specs
{
    private static readonly string s_endpoint = Ipv4.Format(LabNode.FirstEndpointIp);

    public static TheoryData<string> DataPlanes => ["iptables-legacy", "iptables-nft", "nftables"];

    [Theory]
    [MemberData(nameof(DataPlanes))]
    public async Task The_first_packet_makes_its_entry_the_second_meets_it_and_both_leave_translated(string dataPlane)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 50, tcpShare: 0);

        ServiceTrace trace = await TraceAsync(lab);

        FlowTrace flow = Assert.Single(trace.Flows);
        Assert.Empty(flow.Remarks);
        Assert.Equal((FlowEntry.Made, FlowEntry.Met), (flow.First.Entry, flow.Second.Entry));
        Assert.Equal((50, 49), (trace.Rules, trace.TargetIndex));
        Assert.All([flow.First, flow.Second], packet =>
        {
            Assert.Equal(1, packet.Packets);
            Assert.Equal(PacketVerdict.Left, packet.Verdict);
            Assert.Equal(LabNode.NodeClientDevice, packet.IngressDevice);
            Assert.Equal(LabNode.NodeEndpointsDevice, packet.EgressDevice);
            Assert.Equal(trace.Target, $"{packet.Destination}/udp");
            Assert.Equal($"{s_endpoint}:{LabNode.EndpointPort}", packet.DestinationAfter);
            Assert.Equal(packet.Source, packet.SourceAfter);
        });
        Assert.Equal(flow.First.Source, flow.Second.Source);
    }

    [Theory]
    [MemberData(nameof(DataPlanes))]
    public async Task A_packet_arrives_is_routed_queued_and_leaves_in_that_order(string dataPlane)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 10, tcpShare: 0);

        ServiceTrace trace = await TraceAsync(lab);

        Assert.All(trace.Flows.SelectMany(flow => new[] { flow.First, flow.Second }), packet =>
        {
            Assert.Equal(["prerouting", "forward-postrouting"], packet.Stages.Select(stage => stage.Name));
            Assert.Equal(["hooks", "queue"], packet.Stages[1].Parts.Select(part => part.Name));
            AssertFollowEachOther(0, packet.TotalNs!.Value, packet.Stages);
            AssertFollowEachOther(packet.Stages[1].StartNs, packet.TotalNs!.Value, packet.Stages[1].Parts);
        });

        static void AssertFollowEachOther(long startNs, long endNs, IReadOnlyList<WaterfallStage> stages)
        {
            Assert.All(stages, stage =>
            {
                Assert.Equal(startNs, stage.StartNs);
                Assert.True(stage.DurationNs > 0, $"{stage.Name} takes time");
                startNs += stage.DurationNs;
            });
            Assert.Equal(endNs, startNs);
        }
    }

    [Fact]
    public async Task The_rules_see_the_first_packet_of_each_flow_and_no_other()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.IptablesLegacy, 10, tcpShare: 0);

        ServiceTrace trace = await TraceAsync(lab, repeat: 3);

        // 20 flows to warm up, 3 traced, 50 to find what the programs cost.
        string save = await lab.OnNodeAsync("iptables-legacy-save", "-c", "-t", "nat");
        string rule = Assert.Single(save.Split('\n'), line => line.EndsWith(trace.RuleText, StringComparison.Ordinal));
        Assert.StartsWith("[73:", rule, StringComparison.Ordinal);
        Assert.Equal(3, trace.Flows.Select(flow => flow.First.Source).Distinct().Count());
        Assert.Equal(20, trace.WarmUp!.Flows);
        Assert.InRange(trace.ProbeRunNs!.Value, 1, 10_000);
    }

    [Theory]
    [InlineData("iptables-legacy", "KUBE-SVC-")]
    [InlineData("iptables-nft", "KUBE-SVC-")]
    [InlineData("nftables", " : goto service-")]
    public async Task The_rules_text_is_what_the_tool_prints(string dataPlane, string verdict)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 10, tcpShare: 0);

        ServiceTrace trace = await TraceAsync(lab, Position.First);

        Assert.Equal(0, trace.TargetIndex);
        Assert.Contains(trace.Target.Split(':')[0], trace.RuleText, StringComparison.Ordinal);
        Assert.Contains(verdict, trace.RuleText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_random_target_follows_from_the_seed()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 200, tcpShare: 0);

        ServiceTrace one = await TraceAsync(lab, Position.Random, seed: 1);
        ServiceTrace other = await TraceAsync(lab, Position.Random, seed: 2);

        Assert.NotEqual(one.Target, other.Target);
        Assert.Empty(one.Flows[0].Remarks);

        // The flows repeat those of the first trace, so with the same target a first packet meets their entries.
        ServiceTrace again = await TraceAsync(lab, Position.Random, seed: 1);
        Assert.Equal(one.Target, again.Target);
        Assert.Equal(FlowEntry.Met, again.Flows[0].First.Entry);
        Assert.StartsWith(
            "the first packet made no conntrack entry", again.Flows[0].Remarks[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iptables-legacy", "iptables-legacy")]
    [InlineData("iptables-nft", "iptables-nft")]
    public async Task A_dropped_packet_is_shown_with_the_kernels_reason_and_leaves_no_entry(
        string dataPlane, string iptables)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 10, tcpShare: 0);
        await lab.OnNodeAsync(iptables, "-I", "FORWARD", "-p", "udp", "-j", "DROP");

        await AssertDroppedInForwardAsync(lab, translated: true);
    }

    [Fact]
    public async Task A_packet_dropped_by_nftables_is_shown_with_the_kernels_reason()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10, tcpShare: 0);
        await lab.OnNodeAsync(
            "nft",
            "add table ip planted; "
            + "add chain ip planted forward { type filter hook forward priority 0; policy drop; }");

        await AssertDroppedInForwardAsync(lab, translated: true);
    }

    [Fact]
    public async Task A_packet_to_a_Service_without_an_endpoint_is_shown_as_rejected()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.IptablesLegacy, 10, tcpShare: 0);
        string text = await lab.OnNodeAsync("iptables-legacy", "-t", "nat", "-S", "KUBE-SERVICES", "10");
        string[] rule = text.Trim().Split(' ');
        await lab.OnNodeAsync("iptables-legacy", "-t", "nat", "-F", rule[^1]);

        // The rule is what kube-proxy writes for such a Service. The route leads packets to it, like a default route.
        await lab.OnNodeAsync(
            "iptables-legacy", "-A", "KUBE-SERVICES", "-d", rule[3], "-p", "udp", "--dport", "7000", "-j", "REJECT");
        await lab.OnNodeAsync(
            "ip",
            "route", "add", "10.96.0.0/12", "via", s_endpoint, "dev", LabNode.NodeEndpointsDevice);

        await AssertDroppedInForwardAsync(lab, translated: false);
    }

    [Fact]
    public async Task A_packet_that_nothing_translates_is_shown_without_a_route()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.IptablesLegacy, 10, tcpShare: 0);
        string rule = await lab.OnNodeAsync("iptables-legacy", "-t", "nat", "-S", "KUBE-SERVICES", "10");
        await lab.OnNodeAsync("iptables-legacy", "-t", "nat", "-F", rule.Trim().Split(' ')[^1]);

        FlowTrace flow = Assert.Single((await TraceAsync(lab)).Flows);

        Assert.Equal(PacketVerdict.Dropped, flow.First.Verdict);
        Assert.False(flow.First.IsTranslated);
        Assert.NotEmpty(flow.First.DropReason!);
        Assert.DoesNotContain("NETFILTER_DROP", flow.First.DropReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_stage_probe_measures_as_before_after_a_packet_trace()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10, tcpShare: 0);
        await TraceAsync(lab);

        TrialMeasured measured = await lab.MeasureAsync(firstFlow: 10_000);

        Assert.Equal(500, measured.Counts.Measured);
        Assert.Equal(500, measured.Counts.FirstPackets);
    }

    private static async Task AssertDroppedInForwardAsync(LabHarness lab, bool translated)
    {
        ServiceTrace trace = await TraceAsync(lab);

        FlowTrace flow = Assert.Single(trace.Flows);
        Assert.All([flow.First, flow.Second], packet =>
        {
            Assert.Equal(PacketVerdict.Dropped, packet.Verdict);
            Assert.Contains("NETFILTER_DROP", packet.DropReason, StringComparison.Ordinal);
            Assert.Equal(["prerouting", "forward-postrouting"], packet.Stages.Select(stage => stage.Name));
            Assert.Equal(FlowEntry.Made, packet.Entry);
            Assert.Equal(translated, packet.IsTranslated);
            Assert.Null(packet.EgressDevice);
        });
        Assert.Equal(2, flow.Remarks.Count(remark => remark.Contains("dropped", StringComparison.Ordinal)));
        Assert.Null(trace.WarmUp);
    }

    private static async Task<ServiceTrace> TraceAsync(
        LabHarness lab, Position position = Position.Last, int repeat = 1, long seed = 1)
    {
        using FlowTracer tracer = new(new LabNodeAccess());
        TraceSettings settings = new() { Position = position, Repeat = repeat, WarmupFlows = 20, Seed = seed };
        return await tracer.TraceAsync(
            lab.ExperimentId, lab.Programmed.Cell.DataPlane, settings, TestContext.Current.CancellationToken);
    }
}
