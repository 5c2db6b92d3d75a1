using Plumbline.Trials.Sending;
using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Linux;
using Plumbline.NodeProbe.Traffic;
using Plumbline.Paths;
using Plumbline.Probing.Stages;
using Plumbline.Trials;

namespace Plumbline.Bench;

internal static class Throughput
{
    private const int Packets = 200_000;
    private const int RatePps = 100_000;

    public static async Task RunAsync(CancellationToken token)
    {
        (DataPlane, int)[] cells =
            [(DataPlane.NoRules, 0), (Planes.Nftables, 10_000), (Planes.IptablesLegacy, 10)];
        foreach ((DataPlane dataPlane, int services) in cells)
        {
            await using BenchNode node =
                await BenchNode.CreateAsync(dataPlane, services, NftablesDialect.V136, tcpShare: 0, token);
            TrafficEntry entry = await node.EnterAsync();
            uint[] destinations = new uint[5_000 + Packets];
            destinations.AsSpan().Fill(
                dataPlane == DataPlane.NoRules ? entry.EndpointIp.Ipv4Number : Ipv4.Parse("10.96.0.10"));

            (SendRun run, PacketCounts counts, long measured) = await entry.Sender.RunAsync(() =>
            {
                CpuAffinity.PinThread(TrialScene.SendingCpu);
                using StageProbe probe = StageProbe.Load();
                probe.Attach();
                using AfPacketGenerator generator = new(entry, ServiceProtocol.Udp, 0, destinations);
                generator.Send(0, 5_000, RatePps, token);
                probe.Aim(entry.Identity);
                SendRun sent = generator.Send(5_000, Packets, RatePps, token);
                Thread.Sleep(200);
                return (sent, probe.ReadPackets(), probe.Read().Stages[0].Count);
            });
            Console.WriteLine(
                $"{dataPlane.WireName(),-16} {services,6} Services: asked {RatePps:N0}/s, "
                + $"reached {run.AchievedRatePps:N0}/s, sent {run.Sent:N0}, measured {measured:N0}, "
                + $"dropped {counts.Lost}, unaccounted {run.Sent - counts.Left - counts.Lost}, "
                + $"lateness p99 {run.Lateness.P99Ns / 1e3:F0} µs");
        }
    }
}
