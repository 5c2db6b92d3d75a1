using Microsoft.Extensions.Logging;
using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Linux;
using Plumbline.Paths;
using Plumbline.Probing;

namespace Plumbline.Trials;

/// <summary>
/// Measures one trial at a time, whatever its measure: choose the target from the rules in the kernel, send, read the
/// kernel probes, read the rules again, judge. Kernel probes are attached only during a trial, so other workers'
/// packets do not pay for them. They stay loaded until this object is disposed of.
/// </summary>
public sealed class TrialRunner(INodeAccess access, TimeProvider clock, ILogger<TrialRunner> logger) : IDisposable
{
    private readonly RulesWatch _rules = new();
    private StepKey? _quietStep;

    /// <summary>Disposed of with this object.</summary>
    internal KernelProbes Probes { get; init; } = new();

    public async Task<TrialMeasured> RunAsync(MeasureTrial trial, ITrialMethod method, CancellationToken token)
    {
        // A kernel that refuses the stage probe fails here, before anything is made.
        _ = Probes.Stage;
        ITrafficPath path = KnownPaths.Of(trial.Cell);
        await using TrafficEntry entry =
            await path.EnterAsync(access, trial.Key.ExperimentId, trial.Cell.DataPlane, trial.Node, token);
        if (_quietStep != StepKey.Of(trial))
        {
            await QuietMachine.WaitAsync(token);
            _quietStep = StepKey.Of(trial);
        }

        await using TrialProbes probes = await TrialProbes.LoadAsync(Probes, access, trial, token);
        ServiceRuleSet? rules = await _rules.ReadBeforeAsync(trial, entry, token);
        Targets targets = rules is null
            ? Targets.Endpoint(entry.EndpointIp)
            : path.Choose(rules, trial.Cell.Position, method.ProtocolOf(trial), trial.Node);
        TrialScene scene = new(Fitted(trial, entry), entry, targets, Probes.Stage)
        {
            FurtherProbes = probes.Loaded,
            EmptyChains = probes.EmptyChains,
        };

        ConntrackTable conntrack = await ConntrackTable.WaitForRoomAsync(entry.Node, trial.Flows, token);
        long? syncs = await RulesWatch.ReadSyncsAsync(entry, token);
        bool hasRoom = conntrack.Fits(trial.Flows);
        Timed timed = hasRoom
            ? await MeasureAsync(method, scene, token)
            : new Timed(Measurement.None, clock.GetUtcNow(), TimeSpan.Zero);
        string? moved = rules is null ? null : await _rules.FindMoveAsync(trial, entry, targets, rules, syncs, token);
        IReadOnlyList<FlagReason> reasons =
            hasRoom ? TrialJudge.Judge(trial, timed.Measured, moved) : [NoRoom(trial, conntrack)];
        if (reasons.Count > 0)
        {
            string remarks = string.Join("; ", reasons.Select(each => each.Remark));
            logger.LogWarning(
                "trial {Trial} attempt {Attempt} is flagged: {Remarks}", trial.Key.Trial, trial.Key.Attempt, remarks);
        }

        return new TrialMeasured
        {
            Trial = scene.Trial,
            Conditions = Conditions(method, scene, new Before(rules, conntrack), timed),
            Counts = timed.Measured.Counts,
            Histograms = timed.Measured.Histograms,
            Probes = [.. timed.Measured.Reports, .. probes.Absent],
            Flags = [.. reasons.Select(each => each.Flag).Distinct()],
            Remarks = [.. reasons.Select(each => each.Remark)],
        };
    }

    /// <inheritdoc cref="INodeAccess.TakeTurnAsync"/>
    public Task<IDisposable> TakeTurnAsync(CancellationToken token) => access.TakeTurnAsync(token);

    public void Dispose() => Probes.Dispose();

    /// <summary>The trial with flows that the node's source addresses have.</summary>
    private static MeasureTrial Fitted(MeasureTrial trial, TrafficEntry entry) =>
        trial with { FirstFlow = entry.Sources.Fit(trial.FirstFlow, trial.Flows) };

    private static FlagReason NoRoom(MeasureTrial trial, ConntrackTable conntrack) => new(
        TrialFlag.ConntrackFull,
        $"{conntrack.Count} of {conntrack.Max} conntrack entries are in use: "
        + $"no room for {trial.Flows} more; nothing was sent");

    private async Task<Timed> MeasureAsync(ITrialMethod method, TrialScene scene, CancellationToken token)
    {
        DateTimeOffset startedAt = clock.GetUtcNow();
        long start = clock.GetTimestamp();
        Measurement measured = await scene.Stage.WhileAttachedAsync(() =>
        {
            scene.Stage.Aim(scene.Entry.Identity);
            return method.MeasureAsync(scene, token);
        });
        TimeSpan duration = clock.GetElapsedTime(start);
        token.ThrowIfCancellationRequested();
        return new Timed(measured, startedAt, duration);
    }

    private static TrialConditions Conditions(ITrialMethod method, TrialScene scene, Before before, Timed timed)
    {
        Measurement measured = timed.Measured;
        Lateness lateness = measured.Main?.Run.Lateness ?? Lateness.Unknown;
        return new TrialConditions
        {
            StartedAt = timed.StartedAt,
            DurationNs = (long)timed.Duration.TotalNanoseconds,
            Generator = measured.Generator?.Name ?? method.Generator,
            GeneratorReason = measured.Generator?.Reason,
            TimedBy = method.TimedBy(scene.Trial),
            AskedRatePps = measured.Main?.AskedRatePps ?? 0,
            AchievedRatePps = measured.Main?.Run.AchievedRatePps ?? 0,
            LatenessP50Ns = lateness.P50Ns,
            LatenessP99Ns = lateness.P99Ns,
            LatenessMaxNs = lateness.MaxNs,
            TargetIndex = scene.Targets.Rule?.Index,
            Target = scene.Targets.Description,
            Rules = before.Rules?.Count ?? 0,
            ConntrackCountBefore = before.Conntrack.Count,
            ConntrackMax = before.Conntrack.Max,
            Cpu = measured.Cpu,
            Kernel = KernelRelease.Running,
            StealNs = measured.StealNs,
        };
    }

    private sealed record Before(ServiceRuleSet? Rules, ConntrackTable Conntrack);

    private sealed record Timed(Measurement Measured, DateTimeOffset StartedAt, TimeSpan Duration);
}
