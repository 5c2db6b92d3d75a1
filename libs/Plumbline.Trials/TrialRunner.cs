using Microsoft.Extensions.Logging;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Paths;
using Plumbline.Probing;
using Plumbline.Trials.Noise;

namespace Plumbline.Trials;

/// <summary>
/// Measures one trial at a time, whatever its measure: choose the target from the rules in the kernel, send, read the
/// kernel probes, look whether the rules are still the same, judge. Kernel probes are attached only during a trial, so
/// other workers' packets do not pay for them. They stay loaded until this object is disposed of.
/// </summary>
public sealed class TrialRunner(INodeAccess access, TimeProvider clock, ILogger<TrialRunner> logger) : IDisposable
{
    private readonly RulesWatch _rules = new();
    private readonly ControlReference _reference = new();
    private readonly FullSpeedWait _fullSpeed = new(clock);
    private StepKey? _begun;

    /// <summary>Disposed of with this object.</summary>
    internal KernelProbes Probes { get; init; } = new();

    internal KernelClock KernelClock { get; init; } = KernelClock.OfMachine;

    /// <exception cref="ProbeUnavailableException">The kernel's clock is too coarse. Nothing was made.</exception>
    public async Task<TrialMeasured> RunAsync(MeasureTrial trial, ITrialMethod method, CancellationToken token)
    {
        if (method.NeedsFineClock && ClockJudge.FindObstacle(KernelClock) is { } obstacle)
        {
            throw new ProbeUnavailableException($"{obstacle}; {ClockJudge.Remedy}");
        }

        // A kernel that refuses the stage probe fails here, before anything is made.
        _ = Probes.Stage;
        await using TrafficEntry entered = await KnownPaths.Of(trial.Cell).EnterAsync(
            access, trial.Key.ExperimentId, trial.Cell.DataPlane, trial.Node, token);
        await using TrafficEntry? controlEntry = trial.Measure == Measure.Grpc
            ? null
            : await access.EnterControlAsync(trial.Key.ExperimentId, trial.Node, token);
        using ControlSender? control = controlEntry is null
            ? null
            : await ControlSender.OpenAsync(controlEntry, trial, Probes.Stage);
        await using TrialProbes probes = await TrialProbes.LoadAsync(Probes, access, trial, token);
        RulesBefore rules = await _rules.ReadBeforeAsync(trial, entered, token);
        Targets targets = TargetsOf(trial, rules, entered);
        TrafficEntry entry = entered with { ServicePort = targets.Port };
        TrialScene scene = new(Fitted(trial, entry), entry, targets, Probes.Stage)
        {
            FurtherProbes = probes.Loaded,
            EmptyChains = probes.EmptyChains,
            Control = control,
        };

        ConntrackTable conntrack = await ConntrackTable.WaitForRoomAsync(entry.Node, trial.Flows, token);
        FlagReason? unsent = rules.Refusal is { } refusal
            ? new FlagReason(TrialFlag.RulesMoved, $"{refusal}; nothing was sent")
            : conntrack.Fits(trial.Flows) ? null : NoRoom(trial, conntrack);
        Timed timed = unsent is null
            ? await MeasureAsync(method, scene, token)
            : new Timed(Measurement.None, clock.GetUtcNow(), TimeSpan.Zero, BeganNoisy: false);
        IReadOnlyList<FlagReason> reasons = unsent is not null
            ? [unsent]
            :
            [
                .. TrialJudge.Judge(trial, timed.Measured, await _rules.FindMoveAsync(entry, rules, token)),
                .. JudgeNoise(trial, timed.Measured),
            ];
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

    public void Dispose()
    {
        _rules.Dispose();
        Probes.Dispose();
    }

    /// <summary>The trial with flows that the node's source addresses have.</summary>
    private static MeasureTrial Fitted(MeasureTrial trial, TrafficEntry entry) =>
        trial with { FirstFlow = entry.Sources.Fit(trial.FirstFlow, trial.Flows) };

    private static Targets TargetsOf(MeasureTrial trial, RulesBefore before, TrafficEntry entry) =>
        before.Refusal is not null ? Targets.None
        : before.Rules is not { } rules ? Targets.Endpoint(entry.EndpointIp)
        : KnownPaths.Of(trial.Cell).Choose(rules, trial.Cell.Position, trial.Cell.Protocol, trial.Node);

    private static FlagReason NoRoom(MeasureTrial trial, ConntrackTable conntrack) => new(
        TrialFlag.ConntrackFull,
        $"{conntrack.Count} of {conntrack.Max} conntrack entries are in use: "
        + $"no room for {trial.Flows} more; nothing was sent");

    private IReadOnlyList<FlagReason> JudgeNoise(MeasureTrial trial, Measurement measured)
    {
        IReadOnlyList<FlagReason> reasons =
            NoiseJudge.Judge(measured.Control, measured.Noise, _reference.NsOf(trial));
        if (measured.Control?.P50Ns is { } p50)
        {
            _reference.Add(trial, p50, isNoisy: reasons.Count > 0);
            _reference.See(measured.Control.AfterP50Ns);
        }

        return reasons;
    }

    private Task<Timed> MeasureAsync(ITrialMethod method, TrialScene scene, CancellationToken token) =>
        scene.Stage.WhileAttachedAsync(async () =>
        {
            bool beganNoisy = !await BeginAsync(scene, token);
            DateTimeOffset startedAt = clock.GetUtcNow();
            long start = clock.GetTimestamp();
            scene.Stage.Aim(scene.Entry.Identity);
            Measurement measured = await method.MeasureAsync(scene, token);
            token.ThrowIfCancellationRequested();
            return new Timed(measured, startedAt, clock.GetElapsedTime(start), beganNoisy);
        });

    /// <summary>
    /// Waits for a quiet machine before the step's first trial, and for one at full speed before any. Returns whether
    /// it is quiet.
    /// </summary>
    private async Task<bool> BeginAsync(TrialScene scene, CancellationToken token)
    {
        if (scene.Control is null)
        {
            return true;
        }

        await _fullSpeed.AwaitAsync(scene, _reference, token);
        StepKey step = StepKey.Of(scene.Trial);
        if (_begun == step)
        {
            return true;
        }

        _begun = step;
        bool isQuiet = await QuietStart.AwaitAsync(scene, _reference.NsOf(scene.Trial), token);
        if (!isQuiet)
        {
            logger.LogWarning("step {Step} begins although the machine is not quiet", step.Step);
        }

        return isQuiet;
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
            SenderPriority = measured.Cpu is null ? null : measured.Main?.Run.Priority,
            AskedRatePps = measured.Main?.AskedRatePps ?? 0,
            AchievedRatePps = measured.Main?.Run.AchievedRatePps ?? 0,
            LatenessP50Ns = lateness.P50Ns,
            LatenessP99Ns = lateness.P99Ns,
            LatenessMaxNs = lateness.MaxNs,
            TargetIndex = scene.Targets.Rule?.Index,
            FirstTargetIndex = scene.Targets.Range?.First,
            LastTargetIndex = scene.Targets.Range?.Last,
            Target = scene.Targets.Description,
            Rules = before.Rules.Rules?.Count ?? 0,
            TcpRules = before.Rules.Rules?.Rules.Count(rule => rule.Protocol == ServiceProtocol.Tcp) ?? 0,
            ForeignRules = before.Rules.Foreign?.Count,
            ForeignRulesWords = before.Rules.Foreign?.Words,
            Ruleset = before.Rules.Rulesets.ToString(),
            ConntrackCountBefore = before.Conntrack.Count,
            ConntrackMax = before.Conntrack.Max,
            Cpu = measured.Cpu,
            CpuReason = measured.Cpu is null ? null : CpuChoice.OfProcess.Reason,
            Kernel = KernelRelease.Running,
            StealNs = measured.Noise?.StealNs,
            Noise = measured.Noise is { } noise ? noise.Other with { BeganNoisy = timed.BeganNoisy } : null,
            Control = measured.Control,
        };
    }

    private sealed record Before(RulesBefore Rules, ConntrackTable Conntrack);

    private sealed record Timed(Measurement Measured, DateTimeOffset StartedAt, TimeSpan Duration, bool BeganNoisy);
}
