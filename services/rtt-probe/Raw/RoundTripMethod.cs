using MathNet.Numerics.Statistics;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Paths;
using Plumbline.Trials;
using Plumbline.Probing.Stages;

namespace Plumbline.RttProbe.Raw;

/// <summary>Round trips of raw probes, each the first packet of its flow, timed by the kernel at the sender's device.</summary>
internal sealed class RoundTripMethod(TimeProvider clock) : ITrialMethod
{
    private static readonly TimeSpan s_longestWarmUp = TimeSpan.FromSeconds(1);

    public string Generator => "raw-ip";

    public string TimedBy(MeasureTrial trial) => "so-timestamping";

    public ServiceProtocol ProtocolOf(MeasureTrial trial) => Settings(trial).Mode == RoundTripMode.TcpSyn ? ServiceProtocol.Tcp : ServiceProtocol.Udp;

    public async Task<Measurement> MeasureAsync(TrialScene scene, CancellationToken token)
    {
        TrafficEntry entry = scene.Entry;
        await using ReplyGuard guard = await ReplyGuard.StartAsync(
            entry.Sender, ProtocolOf(scene.Trial), entry.Sources, entry.DestinationPort, target: null, token);
        return await entry.Sender.RunAsync(() => Measure(scene, token));
    }

    /// <summary>On a thread in the sender's namespace: warm up, find the rate, measure.</summary>
    private Measurement Measure(TrialScene scene, CancellationToken token)
    {
        (MeasureTrial trial, TrafficEntry entry, Targets targets, StageProbe probe) = scene;
        RoundTripSettings settings = Settings(trial);
        int cpu = TrialScene.SendingCpu;
        CpuAffinity.PinThread(cpu);
        Random random = new((int)trial.Seed);
        ProbeAddresses addresses = new(entry.Sources, trial.FirstFlow, targets.Draw(trial.Flows, random), entry.DestinationPort, random.Next());
        using Ipv4ProbeChannel channel = new(settings.Mode, entry.SenderDevice, addresses);
        Prober prober = new(channel, clock);
        ProbePlan plan = new()
        {
            First = trial.WarmupPackets,
            Count = trial.Packets,
            Pacing = settings.Pacing,
            RatePps = 0,
            Timeout = TimeSpan.FromMilliseconds(settings.TimeoutMs),
        };

        ProbeRun warm = prober.Run(plan with { First = 0, Count = trial.WarmupPackets, Pacing = Pacing.PingPong, MaxDuration = s_longestWarmUp }, token);
        plan = plan with { RatePps = scene.RateAfter(warm.Send with { Elapsed = warm.TimeInSend }) };
        probe.ReadSettled(warm.Send.Sent);

        probe.Reset();
        long stealBefore = CpuSteal.ReadNs(cpu);
        ProbeRun run = prober.Run(plan, token);
        StageReading reading = probe.ReadSettled(run.Send.Sent);
        long stealNs = CpuSteal.ReadNs(cpu) - stealBefore;

        double? probeAddsNs = trial.Cell.DataPlane == DataPlane.NoRules ? ProbeAdds(prober, probe, plan, run, trial.Flows, token) : null;
        double? functionAddsNs = FunctionAdds(scene, prober, plan, run, token);
        channel.Release();

        return new Measurement
        {
            Cpu = cpu,
            AskedRatePps = settings.Pacing == Pacing.OpenLoop ? plan.RatePps : 0,
            Run = run.Send,
            Reading = reading,
            Histograms =
            [
                NamedHistograms.Of(Stage.RoundTrip, run.KernelNs, trial.KeepRaw),
                NamedHistograms.Of(Stage.RoundTripUserSpace, run.UserSpaceNs, trial.KeepRaw),
            ],
            StealNs = stealNs,
            Answers = run.Answers,
            Probes = [.. Added(Timing.Stage, probeAddsNs), .. Added(Timing.Function, functionAddsNs)],
        };
    }

    private static IEnumerable<KernelProbeReport> Added(Timing timing, double? addsNs) =>
        addsNs is null ? [] : [new KernelProbeReport { Probe = timing.WireName(), AddsNs = addsNs }];

    /// <summary>The same round trips without the BPF programs, right after those with them.</summary>
    private static double? ProbeAdds(Prober prober, StageProbe probe, ProbePlan plan, ProbeRun with, int flows, CancellationToken token)
    {
        int first = plan.First + plan.Count;
        probe.Detach();
        ProbeRun without = prober.Run(plan with { First = first, Count = flows - first }, token);
        return Difference(with, without);
    }

    /// <summary>The same round trips with the function probe too; in the first trial of each cell, where there are rules for it to see.</summary>
    private static double? FunctionAdds(TrialScene scene, Prober prober, ProbePlan plan, ProbeRun without, CancellationToken token)
    {
        if (scene.Functions is not { } probe || scene.Trial is { Cell.IsBaseline: true } or { Repetition: > 0 })
        {
            return null;
        }

        int first = plan.First + plan.Count;
        probe.Attach();
        ProbeRun with = prober.Run(plan with { First = first, Count = scene.Trial.Flows - first }, token);
        probe.Detach();
        return Difference(with, without);
    }

    /// <summary>Of the medians; null where one has none.</summary>
    private static double? Difference(ProbeRun longer, ProbeRun shorter)
    {
        return longer.KernelNs.Length == 0 || shorter.KernelNs.Length == 0 ? null : Median(longer.KernelNs) - Median(shorter.KernelNs);

        static double Median(long[] valuesNs) => valuesNs.Select(value => (double)value).Median();
    }

    private static RoundTripSettings Settings(MeasureTrial trial) =>
        trial.RoundTrip ?? throw new ArgumentException($"trial {trial.Key.Trial} is of round trips but does not say how", nameof(trial));
}
