using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Paths;
using Plumbline.RttProbe.Raw;
using Plumbline.Trials;

namespace Plumbline.Bench;

/// <summary>rtt-probe's prober on a bench node, as in a trial but without the stage probe.</summary>
internal static class OwnProber
{
    public static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(200);

    /// <summary>Warms up with the probe packets before the plan's first, then runs the plan.</summary>
    /// <param name="firstFlow">Flow number of the first warm-up packet. Each later one uses the next number.</param>
    public static Task<ProbeRun> RunAsync(
        TrafficEntry entry, uint destination, long firstFlow, ProbePlan plan, CancellationToken token) =>
        entry.Sender.RunAsync(() =>
        {
            CpuAffinity.PinThread(TrialScene.SendingCpu);
            uint[] destinations = new uint[plan.First + plan.Count];
            destinations.AsSpan().Fill(destination);
            ProbeAddresses addresses = new(entry.Sources, firstFlow, destinations, entry.DestinationPort, Seed: 1);
            using Ipv4ProbeChannel channel = new(ServiceProtocol.Tcp, entry.SenderDevice, addresses);
            Prober prober = new(channel, TimeProvider.System);
            prober.Run(plan with { First = 0, Count = plan.First, Pacing = Pacing.PingPong }, token);
            ProbeRun run = prober.Run(plan, token);
            channel.Release();
            return run;
        });
}
