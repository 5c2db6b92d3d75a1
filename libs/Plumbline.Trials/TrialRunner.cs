using Microsoft.Extensions.Logging;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Trials.Functions;
using Plumbline.Trials.Probes;
using Plumbline.DataPlanes;

namespace Plumbline.Trials;

/// <summary>
/// Measures one trial, of whatever kind: choose the target from the rules in the kernel, send, read the probe, look at the
/// rules again, judge. One at a time. The probe is attached for the trial alone, so that it costs no other worker's packets
/// anything; loaded it stays until this object is disposed of.
/// </summary>
public sealed class TrialRunner(INodeAccess access, TimeProvider clock, ILogger<TrialRunner> logger) : IDisposable
{
    /// <summary>Share of the conntrack table that may be in use after a trial.</summary>
    public const double ConntrackHeadroom = 0.9;

    private static readonly TimeSpan s_conntrackPatience = TimeSpan.FromSeconds(45);

    private readonly Dictionary<DataPlane, KnownRules> _known = [];
    private StageProbe? _probe;
    private FunctionProbes? _functions;
    private (Guid ExperimentId, int Run, int Step) _quietStep;

    public async Task<TrialMeasured> RunAsync(MeasureTrial trial, ITrialMethod method, CancellationToken token)
    {
        _probe ??= StageProbe.Load();
        await using TrafficEntry entry = await access.EnterAsync(trial.Key.ExperimentId, trial.Cell.DataPlane, trial.Node, token);
        if (_quietStep != StepOf(trial))
        {
            await QuietMachine.WaitAsync(token);
            _quietStep = StepOf(trial);
        }

        (FunctionProbe? functions, TrafficEntry? emptyEntry, string? functionAbsent) = await FunctionsForAsync(trial, token);
        await using TrafficEntry? emptyChains = emptyEntry;
        ServiceRuleSet? rules = await RulesBeforeAsync(trial, entry.Node, token);
        Targets targets = rules is null ? Targets.Endpoint(entry.EndpointIp) : Targets.Choose(rules, trial.Cell.Position, method.ProtocolOf(trial), trial.Node?.ServiceNamespace);
        MeasureTrial fitted = trial with { FirstFlow = entry.Sources.Fit(trial.FirstFlow, trial.Flows) };

        (long conntrackCount, long conntrackMax) = await WaitForConntrackAsync(trial, entry.Node, token);
        bool fits = Fits(trial, conntrackCount, conntrackMax);
        long? syncs = await SyncsAsync(entry, token);
        DateTimeOffset startedAt = clock.GetUtcNow();
        long start = clock.GetTimestamp();
        Measurement measured = fits ? await MeasureAsync(
            method, new TrialScene(fitted, entry, targets, _probe) { Functions = functions, EmptyChains = emptyChains }, token) : Measurement.None;
        TimeSpan duration = clock.GetElapsedTime(start);
        token.ThrowIfCancellationRequested();

        string? moved = null;
        if (rules is not null)
        {
            ServiceRuleSet after = await KnownDataPlanes.Of(trial.Cell.DataPlane).ReadAsync(entry.Node, token);
            moved = targets.MovedBetween(rules, after) ?? SyncedSince(syncs, await SyncsAsync(entry, token));
            _known[trial.Cell.DataPlane] = new KnownRules(StepOf(trial), after);
        }

        TrialConditions conditions = Conditions(trial, method, targets, rules, measured, startedAt, duration, conntrackCount, conntrackMax);
        TrialCounts counts = measured.Counts(trial);
        (IReadOnlyList<TrialFlag> flags, IReadOnlyList<string> remarks) = fits
            ? TrialJudge.Judge(trial, conditions, counts, measured, moved)
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
            Histograms = measured.Histograms,
            Probes = functionAbsent is null ? measured.Probes : [.. measured.Probes, AbsentFunctions(functionAbsent)],
            Flags = flags,
            Remarks = remarks,
        };
    }

    public void Dispose()
    {
        _functions?.Dispose();
        _probe?.Dispose();
    }

    private static KernelProbeReport AbsentFunctions(string reason) => new() { Probe = Timing.Function.WireName(), Absent = reason };

    /// <summary>Syncs of kube-proxy until now; null where it cannot be asked.</summary>
    private static async Task<long?> SyncsAsync(TrafficEntry entry, CancellationToken token) =>
        entry.KubeProxy is { } kubeProxy ? (await kubeProxy.ReadAsync(token))?.Syncs : null;

    /// <summary>A sync rewrites rules under the packets, also where it leaves them as they were.</summary>
    private static string? SyncedSince(long? before, long? after) => before is { } earlier && after is { } later && later != earlier
        ? $"kube-proxy synced its rules {later - earlier} times meanwhile"
        : null;

    /// <summary>The function probe for a trial that asks for it; and why there is none where the stage probe can do without it.</summary>
    /// <exception cref="FunctionProbeException">There is none, and the trial is timed by nothing else.</exception>
    private async Task<(FunctionProbe? Probe, TrafficEntry? EmptyChains, string? Absent)> FunctionsForAsync(MeasureTrial trial, CancellationToken token)
    {
        if (!trial.Timing.HasFlag(Timing.Function) || trial.Measure == Measure.Grpc)
        {
            return (null, null, null);
        }

        try
        {
            _functions ??= new FunctionProbes(_probe!);
            _functions.Demand();

            // Before the probe is loaded: making the chains loads the modules that have the functions.
            TrafficEntry? emptyChains = trial is { Measure: Measure.OneWay, Cell.IsBaseline: true }
                ? await access.EnterEmptyChainsAsync(trial.Key.ExperimentId, token)
                : null;
            return (_functions.Get(trial.Cell.DataPlane), emptyChains, null);
        }
        catch (FunctionProbeException exception) when (trial.Timing.HasFlag(Timing.Stage) || trial.Measure != Measure.OneWay)
        {
            return (null, null, exception.Message);
        }
    }

    private static async Task<Measurement> MeasureAsync(ITrialMethod method, TrialScene scene, CancellationToken token)
    {
        scene.Probe.Attach();
        try
        {
            scene.Probe.Aim(scene.Entry.IngressIndex, scene.Entry.NodeNetnsInode);
            return await method.MeasureAsync(scene, token);
        }
        finally
        {
            scene.Functions?.Detach();
            scene.Probe.Detach();
        }
    }

    private async Task<ServiceRuleSet?> RulesBeforeAsync(MeasureTrial trial, NetworkNamespace node, CancellationToken token)
    {
        if (trial.Cell.DataPlane == DataPlane.NoRules)
        {
            return null;
        }

        // The reading after one trial is the reading before the next: a change in between shows in the next one after.
        if (_known.TryGetValue(trial.Cell.DataPlane, out KnownRules? known)
            && known.Step == StepOf(trial))
        {
            return known.Rules;
        }

        return await KnownDataPlanes.Of(trial.Cell.DataPlane).ReadAsync(node, token);
    }

    /// <summary>Waits for entries of earlier trials to expire where the table has no room for this one's. Never deletes any.</summary>
    private static async Task<(long Count, long Max)> WaitForConntrackAsync(MeasureTrial trial, NetworkNamespace node, CancellationToken token)
    {
        long max;
        try
        {
            max = await node.ReadSysctlAsync("net.netfilter.nf_conntrack_max");
        }
        catch (IOException)
        {
            // Nothing has called for conntrack yet and its module is not loaded: the first arm without rules on a fresh machine.
            return (0, 0);
        }

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

    /// <remarks>To the kernel too, a table of 0 entries is one without an end.</remarks>
    private static bool Fits(MeasureTrial trial, long count, long max) => max == 0 || count + trial.Flows <= ConntrackHeadroom * max;

    private static TrialConditions Conditions(
        MeasureTrial trial, ITrialMethod method, Targets targets, ServiceRuleSet? rules, Measurement measured, DateTimeOffset startedAt, TimeSpan duration,
        long conntrackCount, long conntrackMax)
    {
        Lateness lateness = measured.Run?.Lateness ?? Lateness.None;
        return new TrialConditions
        {
            StartedAt = startedAt,
            DurationNs = (long)duration.TotalNanoseconds,
            Generator = measured.Generator?.Name ?? method.Generator,
            GeneratorReason = measured.Generator?.Reason,
            TimedBy = method.TimedBy(trial),
            AskedRatePps = measured.AskedRatePps,
            AchievedRatePps = measured.Run?.AchievedRatePps ?? 0,
            LatenessP50Ns = lateness.P50Ns,
            LatenessP99Ns = lateness.P99Ns,
            LatenessMaxNs = lateness.MaxNs,
            TargetIndex = targets.Rule?.Index,
            Target = targets.Description,
            Rules = rules?.Count ?? 0,
            ConntrackCountBefore = conntrackCount,
            ConntrackMax = conntrackMax,
            Cpu = measured.Cpu,
            Kernel = KernelRelease.Running,
            StealNs = measured.StealNs,
        };
    }

    private static (Guid ExperimentId, int Run, int Step) StepOf(MeasureTrial trial) => (trial.Key.ExperimentId, trial.Run, trial.Key.Step);

    private sealed record KnownRules((Guid ExperimentId, int Run, int Step) Step, ServiceRuleSet Rules);
}
