using Plumbline.Paths.Lab;

namespace Plumbline.NodeProbe.Tests;

/// <summary>Each fault is planted in a real lab node. Each must be caught, so that its figures are kept out.</summary>
[Trait("Category", "Kernel")]
public sealed class Planted_fault_specs
{
    public static TheoryData<string> DataPlanes => ["iptables-legacy", "iptables-nft", "nftables"];

    [Theory]
    [MemberData(nameof(DataPlanes))]
    public async Task Reused_source_ports_are_caught(string dataPlane)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 10, tcpShare: 0);
        await lab.MeasureAsync(firstFlow: 0);

        TrialMeasured again = await lab.MeasureAsync(firstFlow: 0);

        Assert.Contains(TrialFlag.NotFirstPackets, again.Flags);
        Assert.Equal(500, again.Counts.NotFirstPackets);
        Assert.Equal(0, again.Counts.Measured);
    }

    [Fact]
    public async Task A_target_without_an_endpoint_is_caught()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.IptablesLegacy, 10);
        string rule = await lab.OnNodeAsync("iptables-legacy", "-t", "nat", "-S", "KUBE-SERVICES", "1");
        await lab.OnNodeAsync("iptables-legacy", "-t", "nat", "-F", rule.Trim().Split(' ')[^1]);

        TrialMeasured measured = await lab.MeasureAsync(Position.First);

        Assert.NotEmpty(measured.Flags.Intersect([TrialFlag.PacketsLost, TrialFlag.NotTranslated]));
        Assert.Equal(0, measured.Counts.Translated);
    }

    [Fact]
    public async Task Packets_that_bypass_the_routing_lookup_are_caught_though_no_histogram_has_them()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(DataPlane.NoRules, 0);
        string chain = $"type filter hook ingress device {LabNode.NodeClientDevice} priority 0;";
        await lab.OnNodeAsync(
            "nft",
            $"add table netdev planted {{ chain bypass {{ {chain} fwd to {LabNode.NodeEndpointsDevice}; }}; }}");

        TrialMeasured measured = await lab.MeasureAsync();

        Assert.Equal((500, 500), (measured.Counts.Untracked, measured.Counts.WithoutRoute));
        Assert.Equal(0, measured.Counts.Measured);
        Assert.Contains(TrialFlag.NoRouteLookup, measured.Flags);
        Assert.Contains("500 packets left the node without a routing lookup", measured.Remarks);
    }

    [Fact]
    public async Task A_generator_that_falls_behind_is_recorded_and_its_packets_count()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.IptablesNft, 500);

        // Without a warm-up the cell's limit is unknown, so the impossible rate is asked as it is.
        TrialMeasured measured =
            await lab.MeasureAsync(Position.Last, packets: 5_000, warmupPackets: 0, ratePps: 1_000_000);

        Assert.Equal(1_000_000, measured.Conditions.AskedRatePps);
        Assert.DoesNotContain(TrialFlag.GeneratorBehind, measured.Flags);
        Assert.True(measured.Conditions.AchievedRatePps < 900_000, "the rate that was reached is recorded");
        Assert.True(measured.Conditions.LatenessP99Ns > 1_000_000, "packets left late and that is recorded");
    }

    [Fact]
    public async Task A_full_conntrack_table_is_caught_before_anything_is_sent()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 1);
        long max = await lab.Node.Node.ReadSysctlAsync("net.netfilter.nf_conntrack_max");

        TrialMeasured measured = await lab.MeasureAsync(packets: (int)max);

        Assert.Equal([TrialFlag.ConntrackFull], measured.Flags);
        Assert.Equal(0, measured.Counts.Sent);
        Assert.Equal((null, null, null), (
            measured.Conditions.Cpu, measured.Conditions.StealNs, measured.Conditions.LatenessMaxNs));
        Assert.Equal(0, await lab.Node.Node.ReadSysctlAsync("net.netfilter.nf_conntrack_count"));
    }

    [Fact]
    public async Task Packets_of_others_on_the_ingress_device_are_caught()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 5);
        using CancellationTokenSource stop = new();
        Task<int> stranger = lab.Node.Client.RunAsync(() =>
        {
            using System.Net.Sockets.UdpClient client = new();
            int sent = 0;
            while (!stop.IsCancellationRequested)
            {
                client.Send([1], 1, "10.244.0.11", 9);
                sent++;
            }

            return sent;
        });

        TrialMeasured measured = await lab.MeasureAsync(packets: 5_000, ratePps: 5_000);
        await stop.CancelAsync();

        Assert.NotEqual(0, await stranger);
        Assert.NotEmpty(measured.Flags.Intersect(
            [TrialFlag.StrayPackets, TrialFlag.NotFirstPackets, TrialFlag.NotTranslated]));
    }
}
