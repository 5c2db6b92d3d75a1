using Plumbline.Trials.Sending;
using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Linux;
using Plumbline.NodeProbe.Traffic;
using Plumbline.Paths;
using Plumbline.Probing.Stages;
using Plumbline.Trials;

namespace Plumbline.Bench;

internal static class ProbeCost
{
    private const int Packets = 100_000;
    private const int RatePps = 50_000;

    public static async Task RunAsync(CancellationToken token)
    {
        await using BenchNode node =
            await BenchNode.CreateAsync(Planes.Nftables, 1_000, NftablesDialect.V136, tcpShare: 0, token);
        TrafficEntry entry = await node.EnterAsync();
        uint[] destinations = new uint[5_000 + (2 * Packets)];
        destinations.AsSpan().Fill(Ipv4.Parse("10.96.0.10"));

        await entry.Sender.RunAsync(() =>
        {
            CpuAffinity.PinThread(TrialScene.SendingCpu);
            using AfPacketGenerator generator = new(entry, ServiceProtocol.Udp, 0, destinations);
            generator.Send(0, 5_000, RatePps, token);

            using BpfRunTimeAccounting accounting = BpfRunTimeAccounting.Start();
            double floorNs = Floor(() => generator.Send(5_000, Packets, RatePps, token));
            using StageProbe probe = StageProbe.Load();
            probe.Attach();
            probe.Aim(entry.Identity);
            generator.Send(5_000 + Packets, Packets, RatePps, token);

            Console.WriteLine($"{"program",-16} {"runs/packet",11} {"ns/run",8} {"less the accounting",20}");
            long runs = 0, ns = 0;
            foreach ((string name, BpfRunTime cost) in probe.RunTimes())
            {
                Print(name, cost.RunCount, cost.RunTimeNs);
                runs += cost.RunCount;
                ns += cost.RunTimeNs;
            }

            Print("all", runs, ns);
            Console.WriteLine($"{"(empty program)",-16} {"",11} {floorNs,8:F1}");
            return true;

            void Print(string name, long count, long timeNs) =>
                Console.WriteLine(
                    $"{name,-16} {(double)count / Packets,11:F2} {(double)timeNs / count,8:F1} "
                    + $"{((double)timeNs / count) - floorNs,20:F1}");
        });
    }

    /// <summary>Time of an empty program by the accounting, in ns.</summary>
    private static double Floor(Action send)
    {
        using BpfObject empty = BpfObject.Load(Path.Combine(AppContext.BaseDirectory, "accounting_floor.bpf.o"));
        empty.AttachAll();
        send();
        BpfRunTime cost = empty.RunTimes().Values.Single();
        return (double)cost.RunTimeNs / cost.RunCount;
    }
}
