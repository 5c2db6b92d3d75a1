using System.Net.Sockets;
using Plumbline.DataPlanes;
using Plumbline.Linux;
using Plumbline.Paths;
using Plumbline.RttProbe.Raw;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Tests;

/// <summary>Endpoints that answer wrongly, in real namespaces. Each fault must be counted as what it is.</summary>
[Trait("Category", "Kernel")]
public sealed class Planted_answer_specs
{
    [Theory]
    [InlineData(Pacing.OpenLoop)]
    [InlineData(Pacing.PingPong)]
    public async Task A_closed_port_answers_every_SYN_with_a_RST(Pacing pacing)
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();

        ProbeRun run = await node.ProbeAsync(ServiceProtocol.Tcp, pacing: pacing);

        AssertAnswered(run, 200);
        Assert.Equal(200, run.KernelNs.Length);
        Assert.All(run.KernelNs.Zip(run.UserSpaceNs), pair => Assert.InRange(pair.First, 1, pair.Second));
    }

    [Fact]
    public async Task An_echo_answers_every_datagram()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();
        await node.AnswerDatagramsAsync((socket, datagram, from) => socket.SendTo(datagram, from));

        AssertAnswered(await node.ProbeAsync(ServiceProtocol.Udp, timeoutMs: 1_000), 200);
    }

    [Fact]
    public async Task A_silent_endpoint_loses_every_packet_and_the_run_ends_soon()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();
        await node.AnswerDatagramsAsync((_, _, _) => { });

        ProbeRun openLoop = await node.ProbeAsync(ServiceProtocol.Udp);
        ProbeRun pingPong = await node.ProbeAsync(ServiceProtocol.Udp, pacing: Pacing.PingPong);

        Assert.Equal((200, 0), (openLoop.Answers.Lost, openLoop.Answers.Answered));
        Assert.Empty(openLoop.KernelNs);
        Assert.Equal(Prober.MostTimeoutsInARow, pingPong.Answers.Lost);
    }

    [Fact]
    public async Task A_rule_that_drops_every_tenth_answer_loses_a_tenth()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();
        await ProbedNode.RunAsync(
            node.Node.Node,
            "nft",
            "add table ip planted { chain forward { "
            + "type filter hook forward priority 0; tcp sport 9000 numgen inc mod 10 == 0 drop; }; }");

        ProbeRun run = await node.ProbeAsync(ServiceProtocol.Tcp);

        Assert.Equal((180, 20), (run.Answers.Answered, run.Answers.Lost));
        Assert.Equal(180, run.KernelNs.Length);
    }

    [Fact]
    public async Task Packets_that_the_senders_firewall_refuses_do_not_mix_up_the_others_timestamps()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();
        await ProbedNode.RunAsync(
            node.Node.Client,
            "nft",
            "add table ip planted { chain output { "
            + "type filter hook output priority 0; tcp dport 9000 numgen inc mod 3 == 0 drop; }; }");

        ProbeRun run = await node.ProbeAsync(ServiceProtocol.Tcp, count: 300);

        Assert.Equal((200, 100), (run.Send.Sent, run.Send.Errors));
        Assert.Equal((200, 0), (run.Answers.Answered, run.Answers.Untimed));
        Assert.Equal(200, run.KernelNs.Length);
        Assert.All(run.KernelNs.Zip(run.UserSpaceNs), pair => Assert.InRange(pair.First, 1, pair.Second));
    }

    [Fact]
    public async Task An_endpoint_that_answers_twice_is_counted_and_changes_no_latency()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();
        await node.AnswerDatagramsAsync((socket, datagram, from) =>
        {
            socket.SendTo(datagram, from);
            socket.SendTo(datagram, from);
        });

        ProbeRun run = await node.ProbeAsync(ServiceProtocol.Udp, timeoutMs: 1_000);

        AssertAnswered(run, 200, duplicates: 200);
        Assert.Equal(200, run.KernelNs.Length);
    }

    [Fact]
    public async Task A_slow_endpoint_is_late_and_not_lost_and_not_in_the_figures()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();
        List<(byte[] Datagram, System.Net.EndPoint From)> held = [];
        await node.AnswerDatagramsAsync((socket, datagram, from) =>
        {
            // All answers leave after the last packet has timed out.
            held.Add((datagram, from));
            if (held.Count == 200)
            {
                Thread.Sleep(700);
                held.ForEach(each => socket.SendTo(each.Datagram, each.From));
            }
        });

        ProbeRun run = await node.ProbeAsync(ServiceProtocol.Udp, timeoutMs: 500);

        Assert.Equal((0, 200, 0), (run.Answers.Answered, run.Answers.Late, run.Answers.Lost));
        Assert.Empty(run.KernelNs);
    }

    [Fact]
    public async Task Answers_with_another_sequence_are_stray_and_answer_nothing()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();
        await node.AnswerDatagramsAsync((socket, datagram, from) =>
        {
            datagram[^5]++;
            socket.SendTo(datagram, from);
        });

        ProbeRun run = await node.ProbeAsync(ServiceProtocol.Udp, timeoutMs: 1_000);

        Assert.Equal((0, 200), (run.Answers.Answered, run.Answers.Lost));
        Assert.Equal(200, run.Answers.Stray);
    }

    [Fact]
    public async Task Stray_RSTs_to_the_source_ports_are_counted_and_answer_nothing()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();

        ProbeRun run = await node.ProbeAsync(ServiceProtocol.Tcp, count: 400, meanwhile: SendStrayResets);

        AssertAnswered(run, 400, stray: 50);

        // They go to the last packet's port, so the run is still on when they arrive.
        static void SendStrayResets(ProbeAddresses addresses)
        {
            using RawIpv4Socket socket = new();
            FlowAddress source = addresses.SourceOf(399);
            PacketDotNet.TcpPacket tcp = new((ushort)addresses.DestinationPort, source.Port)
            {
                Reset = true,
                Acknowledgment = true,
                AcknowledgmentNumber = 1,
            };
            IpAddress from = new(addresses.Destinations[0]);
            PacketDotNet.IPv4Packet ip = new(from.ToIPAddress(), source.Ip.ToIPAddress()) { PayloadPacket = tcp };
            ip.UpdateCalculatedValues();
            tcp.UpdateTcpChecksum();
            Thread.Sleep(50);
            for (int i = 0; i < 50; i++)
            {
                Assert.Equal(0, socket.Send(ip.Bytes, source.Ip.Ipv4Number));
            }
        }
    }

    [Fact]
    public async Task The_senders_kernel_does_not_answer_the_answers()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();
        await node.Node.Endpoints.RunAsync(() => Listen());

        ProbeRun run = await node.ProbeAsync(ServiceProtocol.Tcp);

        AssertAnswered(run, 200);
        string sent = await ProbedNode.RunAsync(node.Node.Client, "cat", "/proc/net/snmp");
        string[] tcp =
            [.. sent.Split('\n').Where(line => line.StartsWith("Tcp:", StringComparison.Ordinal))];
        int outResets = Array.IndexOf(tcp[0].Split(' '), "OutRsts");
        Assert.Equal("0", tcp[1].Split(' ')[outResets]);

        static Socket Listen()
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Any, ProbedNode.Port));
            socket.Listen();
            return socket;
        }
    }

    private static void AssertAnswered(ProbeRun run, int count, int duplicates = 0, int stray = 0)
    {
        Assert.Equal(count, run.Send.Sent);
        AnswerCounts answers = new()
        {
            Answered = count, Lost = 0, Late = 0, Failed = 0, Duplicates = duplicates, Stray = stray, Untimed = 0,
        };
        Assert.Equal(answers, run.Answers);
    }
}
