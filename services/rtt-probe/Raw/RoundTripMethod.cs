using MathNet.Numerics.Statistics;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Paths;
using Plumbline.Probing;
using Plumbline.Probing.Stages;
using Plumbline.Trials;
using Plumbline.Trials.Noise;
using Plumbline.Trials.Sending;

namespace Plumbline.RttProbe.Raw;

/// <summary>
/// Round trips of probe packets, each the first packet of its flow. The kernel timestamps them at the sender's device.
/// </summary>
internal sealed class RoundTripMethod(TimeProvider clock) : ITrialMethod
{
    private static readonly TimeSpan s_longestWarmUp = TimeSpan.FromSeconds(1);

    public string Generator => "raw-ip";

    public string TimedBy(MeasureTrial trial) => "so-timestamping";

    public async Task<Measurement> MeasureAsync(TrialScene scene, CancellationToken token)
    {
        await using ReplyGuard? guard = await ReplyGuard.StartIfNeededAsync(scene.Trial, scene.Entry, token);
        return await scene.Entry.Sender.RunAsync(() => Measure(scene, token));
    }

    /// <summary>Warms up, finds the rate and measures, on a thread in the sender's namespace.</summary>
    private Measurement Measure(TrialScene scene, CancellationToken token)
    {
        (MeasureTrial trial, TrafficEntry entry, Targets targets, _) = scene;
        RoundTripSettings settings = Settings(trial);
        int cpu = TrialScene.SendingCpu;
        CpuAffinity.PinThread(cpu);
        Random random = new((int)trial.Seed);
        uint[] destinations = targets.DrawIpv4(trial.Flows, random);
        ProbeAddresses addresses =
            new(entry.Sources, trial.FirstFlow, destinations, entry.DestinationPort, random.Next());
        using Ipv4ProbeChannel channel = new(trial.Cell.Protocol, entry.SenderDevice, addresses);
        CacheEviction? eviction = CacheEviction.For(trial.Cell, cpu);
        Prober prober = new(channel, clock, eviction);
        (SentProbes sent, ControlReading? control) = scene.WithControl(() => Send(scene, settings, prober, token));
        (ProbePlan plan, ProbeRun run) = (sent.Plan, sent.Run);

        IReadOnlyList<KernelProbeReport> added = trial.Cell.IsBaseline
            ? StageAdds(scene, prober, plan, run, token)
            : FurtherProbesAdd(scene, prober, plan, run, token);
        channel.Release();

        NamedHistogram kernel = NamedHistograms.Of(Stage.RoundTrip, run.KernelNs, trial.KeepRaw);
        NamedHistogram userSpace = NamedHistograms.Of(Stage.RoundTripUserSpace, run.UserSpaceNs, trial.KeepRaw);
        Series series = new()
        {
            Run = run.Send,
            AskedRatePps = settings.Pacing == Pacing.OpenLoop ? plan.RatePps : 0,
            Counts = Series.CountsOf(trial.Measure, run.Send, sent.Packets, kernel.Count, run.Answers),
            Histograms = [kernel, userSpace],
        };
        return new Measurement
        {
            Cpu = cpu,
            Noise = sent.Noise,
            Control = control,
            Series = [series],
            FurtherReports = added,
        };
    }

    /// <summary>Warms up, and sends the measured packets.</summary>
    private static SentProbes Send(
        TrialScene scene, RoundTripSettings settings, Prober prober, CancellationToken token)
    {
        ProbePlan plan = WarmUp(scene, settings, prober, token);
        scene.Stage.Reset();
        // Other tasks may take the CPU between the packets and the reading of its counters, which is no noise.
        using RealTimePriority? priority = RealTimePriority.TryTake();
        SenderCounters before = SenderCounters.Read(TrialScene.SendingCpu);
        ProbeRun run = prober.Run(plan, token);
        PacketCounts packets = scene.Stage.ReadSettledPackets(run.Send.Sent);
        return new SentProbes(plan, run, packets, SenderCounters.Read(TrialScene.SendingCpu).Since(before));
    }

    /// <summary>Sends the warm-up. Returns the plan of the measured packets, at the rate that it allows.</summary>
    private static ProbePlan WarmUp(
        TrialScene scene, RoundTripSettings settings, Prober prober, CancellationToken token)
    {
        MeasureTrial trial = scene.Trial;
        ProbePlan plan = new()
        {
            First = trial.WarmupPackets,
            Count = trial.Packets,
            Pacing = settings.Pacing,
            RatePps = 0,
            Timeout = TimeSpan.FromMilliseconds(settings.TimeoutMs),
        };
        ProbePlan warmUp = plan with
        {
            First = 0,
            Count = trial.WarmupPackets,
            Pacing = Pacing.PingPong,
            MaxDuration = s_longestWarmUp,
        };
        ProbeRun warm = prober.Run(warmUp, token);
        scene.Stage.ReadSettledPackets(warm.Send.Sent);
        return plan with { RatePps = scene.RateAfter(warm.Send) };
    }

    /// <summary>Repeats the round trips without the stage probe, right after those with it.</summary>
    private static KernelProbeReport[] StageAdds(
        TrialScene scene, Prober prober, ProbePlan plan, ProbeRun with, CancellationToken token)
    {
        scene.Stage.Detach();
        int first = plan.First + plan.Count;
        ProbeRun without = prober.Run(plan with { First = first, Count = scene.Trial.Flows - first }, token);
        return Difference(with, without) is { } addsNs
            ? [new KernelProbeReport { Probe = Timing.Stage.WireName(), AddsNs = addsNs }]
            : [];
    }

    /// <summary>
    /// Repeats the round trips with each further probe attached too, in a cell's first trial. The probes share the
    /// flows that are left.
    /// </summary>
    private static List<KernelProbeReport> FurtherProbesAdd(
        TrialScene scene, Prober prober, ProbePlan plan, ProbeRun without, CancellationToken token)
    {
        List<KernelProbeReport> reports = [];
        if (scene.Trial.Repetition > 0)
        {
            return reports;
        }

        int first = plan.First + plan.Count;
        for (int left = scene.FurtherProbes.Count; left > 0; left--)
        {
            ITimingProbe probe = scene.FurtherProbes[^left];
            ProbePlan share = plan with { First = first, Count = (scene.Trial.Flows - first) / left };
            first += share.Count;
            ProbeRun with = probe.WhileAttached(() => prober.Run(share, token));
            if (Difference(with, without) is { } addsNs)
            {
                reports.Add(new KernelProbeReport { Probe = probe.Read().Report.Probe, AddsNs = addsNs });
            }
        }

        return reports;
    }

    /// <summary>Difference of the medians; null when one run has none.</summary>
    private static double? Difference(ProbeRun longer, ProbeRun shorter)
    {
        return longer.KernelNs.Length == 0 || shorter.KernelNs.Length == 0
            ? null
            : Median(longer.KernelNs) - Median(shorter.KernelNs);

        static double Median(long[] valuesNs) => valuesNs.Select(value => (double)value).Median();
    }

    private static RoundTripSettings Settings(MeasureTrial trial) => trial.RoundTrip
        ?? throw new ArgumentException($"trial {trial.Key.Trial} has no round-trip settings", nameof(trial));

    /// <summary>The measured packets as they were sent.</summary>
    private sealed record SentProbes(ProbePlan Plan, ProbeRun Run, PacketCounts Packets, SenderNoise Noise);
}
