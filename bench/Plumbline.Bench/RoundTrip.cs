using Plumbline.Trials.Sending;
using MathNet.Numerics.Statistics;
using Plumbline.Contracts;
using Plumbline.Paths;
using Plumbline.RttProbe.Raw;
using Plumbline.DataPlanes;
using Plumbline.Trials;

namespace Plumbline.Bench;

/// <summary>
/// Compares rtt-probe, a bare C program and hping3. They take turns on the Services with the first and the last TCP
/// rule.
/// </summary>
internal static class RoundTrip
{
    private const int Services = 10_000;
    private const int Rounds = 5;
    private const int Probes = 5_000;
    private const int Warmup = 500;
    private const int HpingProbes = 200;
    private const int FirstHpingPort = 10_000;

    /// <summary>Offset of the C program's source addresses. The prober's start at 0.</summary>
    private const uint FloorSources = 16_000;

    public static async Task RunAsync(CancellationToken token)
    {
        using RoundTripFloor floor = await RoundTripFloor.CompileAsync(token);
        foreach (DataPlane dataPlane in new[] { Planes.IptablesNft, Planes.Nftables })
        {
            await using BenchNode node = await BenchNode.CreateAsync(
                dataPlane, Services, NftablesDialect.V136, tcpShare: 50, token);
            ServiceRuleSet rules = await node.ReadRulesAsync(token);
            TrafficEntry entry = await node.EnterAsync();
            Place[] places =
            [
                .. new[] { Position.First, Position.Last }.Select(position => new Place(
                    position, ClusterIpPath.Instance.Choose(rules, position, ServiceProtocol.Tcp, node: null))),
            ];

            await CompareAsync(entry, floor, places, token);
            if (Hping.IsThere)
            {
                await RunHpingAsync(entry, places, token);
            }

            Print(dataPlane, rules, places);
        }
    }

    private static async Task CompareAsync(
        TrafficEntry entry, RoundTripFloor floor, Place[] places, CancellationToken token)
    {
        ProbePlan plan = new()
        {
            First = Warmup,
            Count = Probes,
            Pacing = Pacing.PingPong,
            RatePps = 0,
            Timeout = OwnProber.Timeout,
        };
        long flow = 0;
        uint floorSource = entry.Sources.FirstIp.Ipv4Number + FloorSources;

        // One guard covers the sources of both.
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Place place in places)
            {
                ProbeRun own = await OwnProber.RunAsync(entry, place.Ip, flow, plan, token);
                flow += Warmup + Probes;
                (long[] kernelNs, long[] fromSendNs) = await floor.RunAsync(
                    entry, floorSource++, place.Ip, Warmup, Probes, token);
                place.Own.Add(own.KernelNs);
                place.OwnFromSend.Add(own.UserSpaceNs);
                place.Floor.Add(kernelNs);
                place.FloorFromSend.Add(fromSendNs);
            }
        }
    }

    private static async Task RunHpingAsync(TrafficEntry entry, Place[] places, CancellationToken token)
    {
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Place place in places)
            {
                place.Hping.Add(await Hping.RunAsync(
                    entry, place.Ip, FirstHpingPort + (round * HpingProbes), HpingProbes, token));
            }
        }
    }

    private static void Print(DataPlane dataPlane, ServiceRuleSet rules, Place[] places)
    {
        Console.WriteLine(
            $"{dataPlane.WireName()}, {Services:N0} Services; {Rounds} rounds of {Probes:N0} probe packets "
            + $"({HpingProbes} with hping3) in turn; µs");
        foreach (Place place in places)
        {
            Console.WriteLine();
            Console.WriteLine(
                $"  {place.Position.WireName()}: {place.Target.Description}, "
                + $"rule {place.Target.Rule!.Index + 1:N0} of {rules.Count:N0}");
            Console.WriteLine(
                $"  {"",-36} {"p50",8} {"p50 of the rounds",21} {"min",8} {"p10",8} {"p90",8} {"max",9} "
                + $"{"answered",9}");
            foreach (Series series in place.All)
            {
                string rounds = $"{series.Medians.Min():F2} – {series.Medians.Max():F2}";
                Console.WriteLine(
                    $"  {series.Name,-36} {series.MedianUs,8:F2} {rounds,21} {series.QuantileUs(0),8:F2} "
                    + $"{series.QuantileUs(0.1),8:F2} {series.QuantileUs(0.9),8:F2} {series.QuantileUs(1),9:F2} "
                    + $"{series.Count,9:N0}");
            }

            double[] ratios = [.. place.Own.Medians.Zip(place.Floor.Medians, (own, floor) => own / floor)];
            Console.WriteLine(
                $"  rtt-probe / C, kernel to kernel: {ratios.Median():F3} "
                + $"({ratios.Min():F3} – {ratios.Max():F3} by round)");
        }

        (Place first, Place last) = (places[0], places[^1]);
        Console.WriteLine();
        Console.WriteLine($"  {"",-36} {"first",8} {"last",8} {"last − first",13} {"resolves it?",13}");
        foreach ((Series atFirst, Series atLast) in first.All.Zip(last.All))
        {
            Console.WriteLine(
                $"  {atFirst.Name,-36} {atFirst.MedianUs,8:F2} {atLast.MedianUs,8:F2} "
                + $"{atLast.MedianUs - atFirst.MedianUs,13:F2} {(atFirst.IsApartFrom(atLast) ? "yes" : "no"),13}");
        }

        Console.WriteLine(Hping.IsThere ? "" : "  hping3 is left out because it is missing: apt-get install hping3\n");
    }

    /// <summary>A Service and its figures by each tool.</summary>
    private sealed record Place(Position Position, Targets Target)
    {
        public uint Ip => Target.Ips.Single().Ipv4Number;

        public Series Own { get; } = new("rtt-probe, kernel to kernel");

        public Series Floor { get; } = new("C, kernel to kernel");

        public Series OwnFromSend { get; } = new("rtt-probe, before send to read");

        public Series FloorFromSend { get; } = new("C, before send to kernel");

        public Series Hping { get; } = new("hping3");

        public IEnumerable<Series> All => new[] { Own, Floor, OwnFromSend, FloorFromSend, Hping }.Where(
            series => series.Count > 0);
    }
}
