using Plumbline.Trials.Sending;
using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Linux;
using Plumbline.NodeProbe.Traffic;
using Plumbline.NodeProbe.Traffic.Pktgen;
using Plumbline.Paths;
using Plumbline.Probing.Stages;
using Plumbline.Trials;

namespace Plumbline.Bench;

/// <summary>Compares figures of pktgen and AF_PACKET, which take turns on the same Services of the same node.</summary>
internal static class Generators
{
    private const int Rounds = 10;
    private const int Packets = 5_000;
    private const int RatePps = 20_000;

    public static async Task RunAsync(CancellationToken token)
    {
        if (await PktgenModule.LoadAsync(token) is { } obstacle)
        {
            throw new BenchException($"{obstacle}; the bench cannot compare AF_PACKET with it");
        }

        (DataPlane, int)[] cells =
        [
            (DataPlane.NoRules, 0), (Planes.Nftables, 1_000), (Planes.IptablesNft, 1_000),
            (Planes.IptablesLegacy, 1_000),
        ];
        foreach ((DataPlane dataPlane, int services) in cells)
        {
            await using BenchNode node =
                await BenchNode.CreateAsync(dataPlane, services, NftablesDialect.V136, tcpShare: 0, token);
            TrafficEntry entry = await node.EnterAsync();
            uint destination = dataPlane == DataPlane.NoRules ? entry.EndpointIp.Ipv4Number : Ipv4.Parse("10.96.0.10");
            using StageProbe probe = StageProbe.Load();
            probe.Attach();
            probe.Aim(entry.Identity);

            List<double> pktgen = [], afPacket = [];
            for (int round = 0; round < Rounds; round++)
            {
                long firstFlow = round * 2L * Packets;
                uint[] destinations = [.. Enumerable.Repeat(destination, Packets)];
                afPacket.Add(await entry.Sender.RunAsync(() => MedianNs(
                    probe, new AfPacketGenerator(entry, ServiceProtocol.Udp, firstFlow, destinations), token)));
                pktgen.Add(await entry.Sender.RunAsync(() => MedianNs(
                    probe,
                    PktgenGenerator.Open(entry, [destination], firstFlow + Packets, TrialScene.SendingCpu),
                    token)));
            }

            Console.WriteLine(
                $"{dataPlane.WireName(),-16} {services,6} Services, p50 in PREROUTING of {Rounds} rounds in turn: "
                + $"af_packet {Describe(afPacket)}, pktgen {Describe(pktgen)} µs");
        }
    }

    private static double MedianNs(StageProbe probe, ITrafficGenerator generator, CancellationToken token)
    {
        using ITrafficGenerator opened = generator;
        CpuAffinity.PinThread(TrialScene.SendingCpu);
        probe.Reset();
        SendRun run = generator.Send(0, Packets, RatePps, token);
        probe.ReadSettledPackets(run.Sent);
        NamedHistogram prerouting = probe.Read().Stages.Single(each => each.Name == Stage.Prerouting.Name);
        return prerouting.Count == Packets
            ? prerouting.MedianNs()!.Value
            : throw new BenchException(
                $"{generator.Name} sent {run.Sent} packets, but {prerouting.Count} were measured");
    }

    private static string Describe(List<double> mediansNs)
    {
        double[] sorted = [.. mediansNs.Order()];
        double median = (sorted[(Rounds - 1) / 2] + sorted[Rounds / 2]) / 2;
        return FormattableString.Invariant($"{median / 1e3:F2} ({sorted[0] / 1e3:F2} to {sorted[^1] / 1e3:F2})");
    }
}
