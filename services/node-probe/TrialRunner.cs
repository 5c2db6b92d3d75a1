using Microsoft.Extensions.Logging;
using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.NodeProbe.Probes;
using Plumbline.NodeProbe.Traffic;
using Plumbline.Rules;

namespace Plumbline.NodeProbe;

/// <summary>
/// Measures one trial: choose the target from the rules in the kernel, send, read the probe, look at the rules again, judge.
/// One at a time; the probe is attached from the first trial until this object is disposed of.
/// </summary>
internal sealed class TrialRunner(INodeAccess access, TimeProvider clock, ILogger<TrialRunner> logger) : IDisposable
{
    /// <summary>Rate asked of a cell at most, as a share of what its warm-up reached when sent without waiting.</summary>
    public const double RateHeadroom = 0.5;

    /// <summary>Share of the conntrack table that may be in use after a trial.</summary>
    public const double ConntrackHeadroom = 0.9;

    private static readonly TimeSpan s_conntrackPatience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan s_settlePatience = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<DataPlane, KnownRules> _known = [];
    private StageProbe? _probe;
    private (Guid ExperimentId, int Step) _quietStep;

    public async Task<TrialMeasured> RunAsync(MeasureTrial trial, CancellationToken token)
    {
        _probe ??= StageProbe.Attach();
        TrafficEntry entry = await access.EnterAsync(trial.Key.ExperimentId, trial.DataPlane);
        if (_quietStep != (trial.Key.ExperimentId, trial.Key.Step))
        {
            await QuietMachine.WaitAsync(token);
            _quietStep = (trial.Key.ExperimentId, trial.Key.Step);
        }

        ServiceRuleSet? rules = await RulesBeforeAsync(trial, entry.Node, token);
        Targets targets = rules is null ? Targets.Endpoint(entry.EndpointIp) : Targets.Choose(rules, trial.Position);

        (long conntrackCount, long conntrackMax) = await WaitForConntrackAsync(trial, entry.Node, token);
        bool fits = Fits(trial, conntrackCount, conntrackMax);
        DateTimeOffset startedAt = clock.GetUtcNow();
        Measurement measured = fits
            ? await entry.Sender.RunAsync(() => Measure(_probe, trial, entry, targets, token))
            : Measurement.None;
        TimeSpan duration = clock.GetUtcNow() - startedAt;
        token.ThrowIfCancellationRequested();

        string? moved = null;
        if (rules is not null)
        {
            ServiceRuleSet after = await KernelServiceRules.ReadAsync(entry.Node, trial.DataPlane, token);
            moved = targets.MovedBetween(rules, after);
            _known[trial.DataPlane] = new KnownRules(trial.Key.ExperimentId, trial.Key.Step, after);
        }

        TrialConditions conditions = Conditions(trial, targets, rules, measured, startedAt, duration, conntrackCount, conntrackMax);
        TrialCounts counts = measured.Counts();
        IReadOnlyList<StageHistogram> histograms = measured.Reading?.Histograms ?? [];
        (IReadOnlyList<TrialFlag> flags, IReadOnlyList<string> remarks) = fits
            ? TrialJudge.Judge(trial, conditions, counts, histograms, moved)
            : ([TrialFlag.ConntrackFull],
                [$"{conntrackCount} of {conntrackMax} conntrack entries are in use: no room for {trial.Flows} more; nothing was sent"]);
        if (flags.Count > 0)
        {
            logger.LogWarning("trial {Trial} attempt {Attempt} is flagged: {Remarks}", trial.Key.Trial, trial.Key.Attempt, string.Join("; ", remarks));
        }

        return new TrialMeasured
        {
            Trial = trial,
            Conditions = conditions,
            Counts = counts,
            Histograms = histograms,
            Flags = flags,
            Remarks = remarks,
        };
    }

    public void Dispose() => _probe?.Dispose();

    /// <summary>On a thread in the sender's namespace: warm up, find the rate, measure.</summary>
    private static Measurement Measure(
        StageProbe probe, MeasureTrial trial, TrafficEntry entry, Targets targets, CancellationToken token)
    {
        // The other CPU is the runtime's. The kernel's work for a packet is done on the CPU that sends it.
        int cpu = Environment.ProcessorCount - 1;
        CpuAffinity.PinThread(cpu);
        Random random = new((int)trial.Seed);
        uint[] destinations = targets.Draw(trial.Flows, random);
        int firstMeasured = trial.WarmupPackets;
        int firstAccounted = trial.WarmupPackets + trial.Packets;

        probe.Aim(entry.IngressIndex, entry.NodeNetnsInode);
        using AfPacketGenerator generator = new(entry);
        GeneratorRun warm = generator.Send(destinations.AsSpan(0, firstMeasured), trial.FirstFlow, double.PositiveInfinity, token);
        double askedPps = warm.Sent > 0 ? Math.Min(trial.RatePps, RateHeadroom * warm.AchievedRatePps) : trial.RatePps;
        Settle(probe, warm.Sent);

        probe.Reset();
        long stealBefore = CpuSteal.ReadNs(cpu);
        GeneratorRun run = generator.Send(destinations.AsSpan(firstMeasured, trial.Packets), trial.FirstFlow + firstMeasured, askedPps, token);
        StageReading reading = Settle(probe, run.Sent);
        long stealNs = CpuSteal.ReadNs(cpu) - stealBefore;

        (double RunNs, double RunsPerPacket)? cost = trial.DataPlane == DataPlane.NoRules
            ? ProbeCost(probe, () => generator.Send(destinations.AsSpan(firstAccounted), trial.FirstFlow + firstAccounted, askedPps, token).Sent)
            : null;
        return new Measurement { Cpu = cpu, AskedPps = askedPps, Run = run, Reading = reading, StealNs = stealNs, ProbeCost = cost };

        static (double, double)? ProbeCost(StageProbe probe, Func<long> send)
        {
            using BpfRunTimeAccounting accounting = BpfRunTimeAccounting.Start();
            BpfRunTime before = probe.RunTime();
            long sent = send();
            BpfRunTime after = probe.RunTime();
            long runs = after.RunCount - before.RunCount;
            return runs == 0 || sent == 0 ? null : ((double)(after.RunTimeNs - before.RunTimeNs) / runs, (double)runs / sent);
        }
    }

    /// <summary>Reads the probe once every packet sent has left or was dropped; the kernel may have put the last ones off to ksoftirqd.</summary>
    private static StageReading Settle(StageProbe probe, long sent)
    {
        long deadline = Environment.TickCount64 + (long)s_settlePatience.TotalMilliseconds;
        while (true)
        {
            StageReading reading = probe.Read();
            if (reading.Left + reading.Lost >= sent || Environment.TickCount64 > deadline)
            {
                return reading;
            }

            Thread.Sleep(5);
        }
    }

    private async Task<ServiceRuleSet?> RulesBeforeAsync(MeasureTrial trial, NetworkNamespace node, CancellationToken token)
    {
        if (trial.DataPlane == DataPlane.NoRules)
        {
            return null;
        }

        // The reading after one trial is the reading before the next: a change in between shows in the next one after.
        if (_known.TryGetValue(trial.DataPlane, out KnownRules? known)
            && known.ExperimentId == trial.Key.ExperimentId && known.Step == trial.Key.Step)
        {
            return known.Rules;
        }

        return await KernelServiceRules.ReadAsync(node, trial.DataPlane, token);
    }

    /// <summary>Waits for entries of earlier trials to expire where the table has no room for this one's. Never deletes any.</summary>
    private static async Task<(long Count, long Max)> WaitForConntrackAsync(MeasureTrial trial, NetworkNamespace node, CancellationToken token)
    {
        long max = await node.ReadSysctlAsync("net.netfilter.nf_conntrack_max");
        long deadline = Environment.TickCount64 + (long)s_conntrackPatience.TotalMilliseconds;
        while (true)
        {
            long count = await node.ReadSysctlAsync("net.netfilter.nf_conntrack_count");
            bool hopeless = !Fits(trial, 0, max);
            if (Fits(trial, count, max) || hopeless || Environment.TickCount64 > deadline)
            {
                return (count, max);
            }

            await Task.Delay(250, token);
        }
    }

    private static bool Fits(MeasureTrial trial, long count, long max) => count + trial.Flows <= ConntrackHeadroom * max;

    private static TrialConditions Conditions(
        MeasureTrial trial, Targets targets, ServiceRuleSet? rules, Measurement measured, DateTimeOffset startedAt, TimeSpan duration,
        long conntrackCount, long conntrackMax) => new()
        {
            StartedAt = startedAt,
            DurationNs = (long)duration.TotalNanoseconds,
            Generator = AfPacketGenerator.Name,
            Probe = "stage",
            AskedRatePps = measured.AskedPps,
            AchievedRatePps = measured.Run?.AchievedRatePps ?? 0,
            LatenessP50Ns = measured.Run?.LatenessP50Ns ?? 0,
            LatenessP99Ns = measured.Run?.LatenessP99Ns ?? 0,
            LatenessMaxNs = measured.Run?.LatenessMaxNs ?? 0,
            TargetIndex = targets.Rule?.Index,
            Target = targets.Description,
            Rules = rules?.Count ?? 0,
            ConntrackCountBefore = conntrackCount,
            ConntrackMax = conntrackMax,
            Cpu = measured.Cpu,
            Kernel = KernelRelease.Running,
            StealNs = measured.StealNs,
            ProbeRunNs = measured.ProbeCost?.RunNs,
            ProbeRunsPerPacket = measured.ProbeCost?.RunsPerPacket,
        };

    private sealed record KnownRules(Guid ExperimentId, int Step, ServiceRuleSet Rules);
}
