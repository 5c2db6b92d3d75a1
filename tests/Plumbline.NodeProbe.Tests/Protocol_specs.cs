using System.Diagnostics;
using System.Globalization;
using Plumbline.Linux;
using Plumbline.Paths.Lab;
using Plumbline.Trials;

namespace Plumbline.NodeProbe.Tests;

/// <summary>One-way packets of both protocols through real rules, with a real endpoint behind them.</summary>
[Trait("Category", "Kernel")]
public sealed class Protocol_specs
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, ServiceProtocol> Cells => new()
    {
        { "iptables-legacy", ServiceProtocol.Tcp },
        { "iptables-legacy", ServiceProtocol.Udp },
        { "iptables-nft", ServiceProtocol.Tcp },
        { "iptables-nft", ServiceProtocol.Udp },
        { "nftables", ServiceProtocol.Tcp },
        { "nftables", ServiceProtocol.Udp },
    };

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Every_packet_is_the_first_of_its_flow_and_goes_to_a_Service_of_its_protocol(
        string dataPlane, ServiceProtocol protocol)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 40, tcpShare: 50);

        foreach (Position position in (Position[])[Position.Last, Position.Random])
        {
            MeasureTrial trial = lab.Trial(Measure.OneWay, position) with { Generator = GeneratorKind.AfPacket };
            TrialMeasured measured = await lab.MeasureAsync(
                new OneWayMethod(), trial with { Cell = trial.Cell.With(protocol) });

            Assert.Empty(measured.Faults());
            TrialCounts counts = measured.Counts;
            Assert.Equal((500, 500, 500), (counts.Sent, counts.Arrived, counts.FirstPackets));
            Assert.Equal((500, 500, 0), (counts.Translated, counts.Measured, counts.Unaccounted));
            Assert.True(position == Position.Random
                || measured.Conditions.Target.EndsWith($":7000/{protocol.WireName()}", StringComparison.Ordinal));
        }
    }

    /// <summary>A RST of the sender's kernel would cross the node while the next packets are timed.</summary>
    [Fact]
    public async Task SYNs_are_answered_the_senders_kernel_stays_silent_and_what_they_opened_is_ended()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10);

        TrialMeasured measured = await lab.MeasureAsync(packets: 500, warmupPackets: 100);

        Assert.Empty(measured.Faults());
        Assert.Equal(600, await TcpCountAsync(lab.Node.Endpoints, "OutSegs"));
        Assert.Equal(0, await TcpCountAsync(lab.Node.Client, "OutRsts"));
        Assert.Equal(0, await TcpCountAsync(lab.Node.Client, "OutSegs"));

        // Each SYN and, after the series, its RST.
        Assert.Equal(1_200, await TcpCountAsync(lab.Node.Endpoints, "InSegs"));
    }

    [Fact]
    public async Task Datagrams_get_no_answer()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10, tcpShare: 0);

        TrialMeasured measured = await lab.MeasureAsync(packets: 500, warmupPackets: 100);

        Assert.Empty(measured.Faults());
        Assert.Equal("0", (await Tool.RunAsync(
            lab.Node.Node, "cat", [$"/sys/class/net/{LabNode.NodeClientDevice}/statistics/tx_packets"], token: Token))
            .Trim());
    }

    [Fact]
    public async Task Cold_packets_are_first_packets_like_all_others_and_wait_for_the_caches()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.IptablesNft, 1_000);
        MeasureTrial trial = lab.Trial(Measure.OneWay, Position.Last, packets: 200, ratePps: 20_000);

        TrialMeasured measured = await lab.MeasureAsync(
            new OneWayMethod(), trial with { Cell = trial.Cell.With(Axes.Cache, "cold") });

        Assert.Empty(measured.Faults());
        Assert.Equal((200, 200), (measured.Counts.Measured, measured.Counts.FirstPackets));
        Assert.True(measured.Conditions.AskedRatePps < 10_000, "the rate contains the time to empty the caches");
    }

    [Fact]
    public async Task The_result_says_which_priority_the_sender_had()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10);

        TrialMeasured measured = await lab.MeasureAsync();

        SenderPriority possible = await NetworkNamespace.Own.RunAsync(() =>
        {
            using RealTimePriority? priority = RealTimePriority.TryTake();
            return priority is null ? SenderPriority.Normal : SenderPriority.Fifo;
        });
        Assert.Equal(possible, measured.Conditions.SenderPriority);
    }

    [Fact]
    public async Task A_busy_loop_on_the_sending_CPU_does_not_hold_up_a_sender_with_real_time_priority()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.IptablesNft, 1_000);
        string cpu = $"{TrialScene.SendingCpu}";
        using Process loop = Process.Start("taskset", ["-c", cpu, "sh", "-c", "while :; do :; done"]);
        try
        {
            TrialMeasured measured = await lab.MeasureAsync(Position.Last);

            Assert.SkipUnless(
                measured.Conditions.SenderPriority == SenderPriority.Fifo, "the kernel grants no real-time priority");
            Assert.DoesNotContain(
                measured.Remarks, each => each.StartsWith("the sender waited", StringComparison.Ordinal));
            Assert.Empty(measured.Faults());
            Assert.Equal(500, measured.Counts.Measured);
        }
        finally
        {
            loop.Kill();
            await loop.WaitForExitAsync(Token);
        }
    }

    /// <summary>A counter of the namespace's TCP.</summary>
    private static async Task<long> TcpCountAsync(NetworkNamespace where, string name)
    {
        string snmp = await Tool.RunAsync(where, "cat", ["/proc/net/snmp"], token: Token);
        string[][] tcp =
        [
            .. snmp.Split('\n').Where(line => line.StartsWith("Tcp:", StringComparison.Ordinal))
                .Select(line => line.Split(' ')),
        ];
        return long.Parse(tcp[1][Array.IndexOf(tcp[0], name)], CultureInfo.InvariantCulture);
    }
}
