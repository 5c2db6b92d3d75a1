using Plumbline.Trials.Sending;
using Plumbline.Contracts;
using Plumbline.Paths;
using Plumbline.RttProbe.Raw;
using Plumbline.Trials;

namespace Plumbline.Bench;

internal static class RttThroughput
{
    private const int Probes = 200_000;
    private const int Warmup = 5_000;

    public static async Task RunAsync(CancellationToken token)
    {
        (DataPlane, int)[] cells =
            [(DataPlane.NoRules, 0), (Planes.Nftables, 10_000), (Planes.IptablesLegacy, 10)];
        foreach ((DataPlane dataPlane, int services) in cells)
        {
            foreach (int ratePps in new[] { 20_000, 30_000 })
            {
                // A node for each rate, because conntrack's default limit is enough for one run only.
                await using BenchNode node = await BenchNode.CreateAsync(
                    dataPlane, services, NftablesDialect.V136, tcpShare: 100, token);
                await RunAsync(node, dataPlane, services, ratePps, token);
            }
        }
    }

    private static async Task RunAsync(
        BenchNode node, DataPlane dataPlane, int services, int ratePps, CancellationToken token)
    {
        TrafficEntry entry = await node.EnterAsync();
        uint target = dataPlane == DataPlane.NoRules
            ? entry.EndpointIp.Ipv4Number
            : ClusterIpPath.Instance.Choose(
                await node.ReadRulesAsync(token), Position.First, ServiceProtocol.Tcp, node: null)
                .Ips.Single().Ipv4Number;
        ProbePlan plan = new()
        {
            First = Warmup,
            Count = Probes,
            Pacing = Pacing.OpenLoop,
            RatePps = ratePps,
            Timeout = OwnProber.Timeout,
        };
        ProbeRun run = await OwnProber.RunAsync(entry, target, 0, plan, token);

        AnswerCounts answers = run.Answers;
        bool isAccounted = run.Send.Sent == answers.Answered + answers.Lost + answers.Late;
        Console.WriteLine(
            $"{dataPlane.WireName(),-16} {services,6} Services: asked {ratePps:N0}/s, "
            + $"reached {run.Send.AchievedRatePps:N0}/s, sent {run.Send.Sent:N0}, answered {answers.Answered:N0}, "
            + $"lost {answers.Lost:N0}, late {answers.Late:N0}, duplicates {answers.Duplicates:N0}, "
            + $"stray {answers.Stray:N0}, untimed {answers.Untimed:N0}, "
            + $"lateness p99 {run.Send.Lateness.P99Ns / 1e3:F0} µs; "
            + $"sent = answered + lost + late: {(isAccounted ? "yes" : "NO")}");
    }
}
