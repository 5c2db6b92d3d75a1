using Plumbline.Trials.Sending;
using Plumbline.Linux;
using Plumbline.NodeProbe.Traffic;
using Plumbline.NodeProbe.Traffic.Pktgen;
using Plumbline.Paths;
using Plumbline.Trials;
using Plumbline.Paths.Lab;

namespace Plumbline.NodeProbe.Tests;

/// <summary>The kernel's pktgen on a real lab node; on other kernels, how trials do without it.</summary>
[Trait("Category", "Kernel")]
public sealed class Pktgen_specs
{
    /// <summary>What a relay changes in the sender's namespace.</summary>
    private static readonly string[] s_forwarding =
        ["ip_forward", "conf/eth0/accept_local", "conf/all/send_redirects", "conf/eth0/send_redirects"];

    public static TheoryData<string> DataPlanes => ["iptables-legacy", "iptables-nft", "nftables"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(DataPlanes))]
    public async Task Every_packet_of_pktgen_is_the_first_of_its_flow_as_with_af_packet(string dataPlane)
    {
        await DemandPktgenAsync();
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 20, tcpShare: 0);

        foreach (Position position in new[] { Position.Last, Position.Random })
        {
            TrialMeasured[] both =
            [
                await MeasureAsync(lab, GeneratorKind.Pktgen, position),
                await MeasureAsync(lab, GeneratorKind.AfPacket, position),
            ];

            Assert.Equal(["pktgen", "af_packet"], both.Select(each => each.Conditions.Generator));
            Assert.All(both.Select(each => each.Counts), counts =>
            {
                Assert.Equal((300, 0, 300), (counts.Sent, counts.SendErrors, counts.Arrived));
                Assert.Equal((300, 300), (counts.FirstPackets, counts.Translated));
                Assert.Equal((300, 0), (counts.Measured, counts.Unaccounted));
            });
            Assert.Equal(both[1].Conditions.Target, both[0].Conditions.Target);
        }
    }

    [Fact]
    public async Task Packets_whose_ports_reach_the_last_and_the_next_address_are_all_first_packets()
    {
        await DemandPktgenAsync();
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 1, tcpShare: 0);
        const int flowsOfAnAddress = 65_536 - FlowSpace.FirstUserPort;

        TrialMeasured measured = await MeasureAsync(lab, GeneratorKind.Pktgen, firstFlow: flowsOfAnAddress - 250);
        TrialMeasured neighbour =
            await MeasureAsync(lab, GeneratorKind.AfPacket, firstFlow: flowsOfAnAddress - 250 - 400);

        Assert.Equal((300, 300), (measured.Counts.Sent, measured.Counts.FirstPackets));
        Assert.Equal((300, 300), (neighbour.Counts.Sent, neighbour.Counts.FirstPackets));
    }

    [Fact]
    public async Task Used_flows_are_caught_with_pktgen_too()
    {
        await DemandPktgenAsync();
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 1, tcpShare: 0);
        await MeasureAsync(lab, GeneratorKind.AfPacket, firstFlow: 0);

        TrialMeasured again = await MeasureAsync(lab, GeneratorKind.Pktgen, firstFlow: 0);

        Assert.Equal((300, 300, 0), (again.Counts.Sent, again.Counts.NotFirstPackets, again.Counts.Measured));
    }

    [Theory]
    [InlineData(GeneratorKind.Auto)]
    [InlineData(GeneratorKind.Pktgen)]
    public async Task Pktgen_that_others_use_is_left_alone_and_they_are_named(GeneratorKind asked)
    {
        await DemandPktgenAsync();
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 1, tcpShare: 0);
        await lab.Node.Client.RunAsync(() => Write("kpktgend_0", "add_device lo"));

        if (asked == GeneratorKind.Pktgen)
        {
            PktgenException refusal = await Assert.ThrowsAsync<PktgenException>(() => MeasureAsync(lab, asked));
            Assert.Equal("pktgen is in use: kpktgend_0 has lo; it is left alone", refusal.Message);
        }
        else
        {
            TrialConditions conditions = (await MeasureAsync(lab, asked)).Conditions;
            Assert.Equal("af_packet", conditions.Generator);
            Assert.Equal("auto: pktgen is in use: kpktgend_0 has lo; it is left alone", conditions.GeneratorReason);
        }

        Assert.Equal([("kpktgend_0", "lo", false)], await lab.Node.Client.RunAsync(PktgenFiles.Devices));
    }

    [Fact]
    public async Task What_a_killed_worker_left_is_taken_over_and_nothing_stays()
    {
        await DemandPktgenAsync();
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 1, tcpShare: 0);
        await lab.Node.Client.RunAsync(() => Write("kpktgend_0", "add_device eth0@plumbline"));
        string[] before = await lab.Node.Client.RunAsync(Forwarding);

        TrialMeasured measured = await MeasureAsync(lab, GeneratorKind.Auto);

        Assert.Equal(("pktgen", 300), (measured.Conditions.Generator, measured.Counts.Sent));
        Assert.StartsWith("auto: the kernel has it", measured.Conditions.GeneratorReason, StringComparison.Ordinal);
        Assert.Empty(await lab.Node.Client.RunAsync(PktgenFiles.Devices));
        Assert.Equal(before, await lab.Node.Client.RunAsync(Forwarding));
    }

    [Fact]
    public async Task A_cancelled_run_stops_within_it_and_is_removed()
    {
        await DemandPktgenAsync();
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 1, tcpShare: 0);
        TrafficEntry entry = await EnterAsync(lab);
        using CancellationTokenSource cancelled = new(TimeSpan.FromSeconds(1));

        SendRun run = await entry.Sender.RunAsync(() =>
        {
            using ITrafficGenerator generator =
                PktgenGenerator.Open(entry, [entry.EndpointIp.Ipv4Number], 0, TrialScene.SendingCpu);
            return generator.Send(0, 60_000, 100, cancelled.Token);
        });

        Assert.InRange(run.Sent, 0, 59_999);
        Assert.Empty(await lab.Node.Client.RunAsync(PktgenFiles.Devices));
    }

    [Fact]
    public async Task Pktgen_refuses_Services_whose_addresses_are_not_consecutive()
    {
        await DemandPktgenAsync();
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 1, tcpShare: 0);
        TrafficEntry entry = await EnterAsync(lab);

        PktgenException refusal = Assert.Throws<PktgenException>(
            () => PktgenGenerator.Open(entry, [1, 3], 0, TrialScene.SendingCpu));

        Assert.Contains("the 2 Services' are not consecutive", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_pktgen_af_packet_sends_and_the_result_says_why()
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for network namespaces, rules and BPF");
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 1, tcpShare: 0);
        TrafficEntry entry = await EnterAsync(lab);
        MeasureTrial trial = lab.Trial(Measure.OneWay);
        Targets targets = Targets.Endpoint(entry.EndpointIp);

        (string name, string reason) = await entry.Sender.RunAsync(() =>
        {
            (ITrafficGenerator generator, string why) = Open(trial);
            using (generator)
            {
                return (generator.Name, why);
            }
        });
        PktgenException refusal = await Assert.ThrowsAsync<PktgenException>(
            () => entry.Sender.RunAsync(() => Open(trial with { Generator = GeneratorKind.Pktgen })));

        Assert.Equal(("af_packet", "auto: the kernel has no pktgen"), (name, reason));
        Assert.Equal("the kernel has no pktgen", refusal.Message);

        (ITrafficGenerator Generator, string Reason) Open(MeasureTrial asked) =>
            TrafficGenerators.Open(asked, entry, targets, TrialScene.SendingCpu, "the kernel has no pktgen");
    }

    [Fact]
    public async Task Pktgen_sends_no_TCP_so_af_packet_does_and_the_result_says_why()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 1);

        TrialMeasured measured = await MeasureAsync(lab, GeneratorKind.Auto);
        PktgenException refusal =
            await Assert.ThrowsAsync<PktgenException>(() => MeasureAsync(lab, GeneratorKind.Pktgen));

        Assert.Equal(
            ("af_packet", "auto: pktgen sends UDP only"),
            (measured.Conditions.Generator, measured.Conditions.GeneratorReason));
        Assert.Equal("pktgen sends UDP only", refusal.Message);
    }

    private static Task<TrafficEntry> EnterAsync(LabHarness lab) => ClusterIpPath.Instance.EnterAsync(
        new LabNodeAccess(), lab.ExperimentId, Planes.Nftables, node: null, Token);

    private static async Task DemandPktgenAsync()
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for network namespaces, rules and BPF");
        string? obstacle = await PktgenModule.LoadAsync(Token);
        Assert.SkipWhen(obstacle is not null, $"{obstacle}; tests/vm runs this on kernels that have it");
    }

    /// <summary>Measures at a rate that an emulated machine can keep.</summary>
    private static Task<TrialMeasured> MeasureAsync(
        LabHarness lab, GeneratorKind generator, Position position = Position.First, long? firstFlow = null)
    {
        MeasureTrial trial = lab.Trial(Measure.OneWay, position, 300, 100, 1_000, firstFlow);
        return lab.MeasureAsync(new OneWayMethod(), trial with { Generator = generator });
    }

    private static bool Write(string file, string command)
    {
        PktgenFiles.Write(file, command);
        return true;
    }

    private static string[] Forwarding() =>
        [.. s_forwarding.Select(setting => File.ReadAllText("/proc/sys/net/ipv4/" + setting).Trim())];
}
