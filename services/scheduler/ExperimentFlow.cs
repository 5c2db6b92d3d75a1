using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>
/// The life of an experiment, from the queue to the end, as a pure function: state and event in, next state and
/// messages out.
/// <code>
///   Queued → Scaling → Measuring ⟲ (next trial, next attempt) → Scaling (next step) … → Removing → Ended
///      │        any fault, any cancel, any answer that never comes ────────────────────↗            ↑│
///      ├─ cancel ─────────────────────────────────────────────────────────────────────────────────┘│
///      ├─ Recomputing (a rerun's only) ──────────────────────────────────────────────────────────↗ │
///      └──────────────────────────────── rerun of one stage of one step ──────────────────────────┘
/// </code>
/// Events that do not belong to the present state are late repeats and change nothing; only a cancel and a fault that come
/// again send the removal again. A command whose answer does not come is sent again after its deadline, once, and after a
/// restart.
/// </summary>
public static class ExperimentFlow
{
    /// <summary>Repeats of one command by restarts; a scheduler that keeps dying must not fill the workers' queues.</summary>
    public const int MostRepeats = 100;

    /// <summary>Asked for, and not yet its turn.</summary>
    public static Transition Queue(ExperimentPlan plan) => new(new ExperimentState { Plan = plan, Phase = ExperimentPhase.Queued }, []);

    /// <summary>Asked for, and its turn at once.</summary>
    public static Transition Start(ExperimentPlan plan, DateTimeOffset now) => OnTurn(Queue(plan).State, now);

    /// <summary>No experiment before it is left.</summary>
    public static Transition OnTurn(ExperimentState state, DateTimeOffset now)
    {
        if (state.Phase != ExperimentPhase.Queued)
        {
            return Transition.Unchanged(state);
        }

        bool measures = state.Rerun?.Stage != RerunStage.Aggregate;
        Transition first = Send(state with { Phase = measures ? ExperimentPhase.Scaling : ExperimentPhase.Recomputing, IsStarted = true }, now);
        return first with { Messages = [Started(state, now), .. first.Messages] };
    }

    public static Transition OnScaled(ExperimentState state, ServicesScaled scaled, DateTimeOffset now) => state.Phase switch
    {
        ExperimentPhase.Scaling when IsPresent(state, scaled.Run, scaled.Step) => OnScaled(state, [.. (scaled.Nodes ?? []).Select(each => each.Node)], now),

        // A command that came late has made Services that nobody would remove.
        ExperimentPhase.Ended when scaled.Run == state.Run => new Transition(state, [new RemoveServices { ExperimentId = state.Plan.ExperimentId, Run = state.Run }]),
        _ => Transition.Unchanged(state),
    };

    private static Transition OnScaled(ExperimentState state, IReadOnlyList<MeasuredNode> nodes, DateTimeOffset now) =>
        state.Plan.Spec.Nodes.Except(nodes.Select(node => node.Name)).FirstOrDefault() is { } missing
            ? OnFault(state, $"step {state.Step} was set up without node {missing}: does the service scaler work in the cluster (PLUMBLINE_SCALER__TARGET)?", now)
            : state.PresentTrials.Count > 0
                ? Send(state with { Phase = ExperimentPhase.Measuring, Repeats = 0, Nodes = nodes.Count == 0 ? state.Nodes : nodes }, now)
                : Remove(state, ExperimentOutcome.Completed, "", now);

    public static Transition OnScalingProgress(ExperimentState state, ScalingProgress progress, DateTimeOffset now) =>
        state.Phase == ExperimentPhase.Scaling && IsPresent(state, progress.Run, progress.Step) ? AwaitLonger(state, now) : Transition.Unchanged(state);

    public static Transition OnRemovalProgress(ExperimentState state, RemovalProgress progress, DateTimeOffset now) =>
        state.Phase == ExperimentPhase.Removing && progress.Run == state.Run ? AwaitLonger(state, now) : Transition.Unchanged(state);

    public static Transition OnTrialStored(ExperimentState state, TrialStored stored, DateTimeOffset now)
    {
        if (state.Phase != ExperimentPhase.Measuring || !IsPresent(state, stored.Key))
        {
            return Transition.Unchanged(state);
        }

        if (!stored.Accepted && state.Attempt - state.FirstAttempt + 1 - state.Repeats < state.Plan.Spec.MaxAttempts)
        {
            return Send(NextAttempt(state), now);
        }

        ExperimentState next = NextAttempt(state) with
        {
            Attempt = state.FirstAttempt,
            Repeats = 0,
            AcceptedTrials = state.AcceptedTrials + (stored.Accepted ? 1 : 0),
            GivenUpTrials = state.GivenUpTrials + (stored.Accepted ? 0 : 1),
        };
        if (state.TrialInStep + 1 < state.PresentTrials.Count)
        {
            return Send(next with { TrialInStep = state.TrialInStep + 1 }, now);
        }

        return state.Rerun is null && state.Step + 1 < state.Plan.Steps.Count
            ? Send(next with { Phase = ExperimentPhase.Scaling, Step = state.Step + 1, TrialInStep = 0 }, now)
            : Remove(next, ExperimentOutcome.Completed, "", now);
    }

    /// <summary>The workers hear of the cancel themselves and drop what they are doing.</summary>
    public static Transition OnCancel(ExperimentState state, DateTimeOffset now) => state.Phase switch
    {
        ExperimentPhase.Queued or ExperimentPhase.Recomputing => End(state with { Outcome = ExperimentOutcome.Cancelled }, now),
        ExperimentPhase.Scaling or ExperimentPhase.Measuring => Remove(state, ExperimentOutcome.Cancelled, "", now),
        ExperimentPhase.Removing => Repeat(state with { Outcome = ExperimentOutcome.Cancelled }),
        _ => Transition.Unchanged(state),
    };

    public static Transition OnRecomputed(ExperimentState state, StepRecomputed recomputed, DateTimeOffset now) =>
        state.Phase == ExperimentPhase.Recomputing && IsPresent(state, recomputed.Run, recomputed.Step) ? End(state, now) : Transition.Unchanged(state);

    /// <summary>A worker could not do its part.</summary>
    public static Transition OnFault(ExperimentState state, string reason, DateTimeOffset now) => state.Phase switch
    {
        ExperimentPhase.Recomputing => End(state with { Outcome = ExperimentOutcome.Failed, FailureReason = reason }, now),
        ExperimentPhase.Scaling or ExperimentPhase.Measuring => Remove(state, ExperimentOutcome.Failed, reason, now),
        ExperimentPhase.Removing when state.Outcome == ExperimentOutcome.Failed && state.FailureReason == reason => Repeat(state),
        _ => Transition.Unchanged(state),
    };

    /// <summary>A step could not be set up; one that is no longer waited for changes nothing.</summary>
    public static Transition OnStepFault(ExperimentState state, ScaleStep scale, string reason, DateTimeOffset now)
    {
        bool isOlder = scale.Run != state.Run || state.Phase is ExperimentPhase.Measuring or ExperimentPhase.Recomputing
            || (state.Phase == ExperimentPhase.Scaling && scale.Step != state.Step);
        return isOlder ? Transition.Unchanged(state) : OnFault(state, reason, now);
    }

    /// <summary>An attempt could not be measured or stored; one that is no longer waited for changes nothing.</summary>
    public static Transition OnTrialFault(ExperimentState state, TrialKey key, string reason, DateTimeOffset now)
    {
        bool isOlder = state.Phase is ExperimentPhase.Scaling or ExperimentPhase.Recomputing || (state.Phase == ExperimentPhase.Measuring && !IsPresent(state, key));
        return isOlder ? Transition.Unchanged(state) : OnFault(state, reason, now);
    }

    public static Transition OnRecomputeFault(ExperimentState state, RecomputeStep recompute, string reason, DateTimeOffset now) =>
        state.Phase == ExperimentPhase.Recomputing && IsPresent(state, recompute.Run, recompute.Step) ? OnFault(state, reason, now) : Transition.Unchanged(state);

    /// <summary>Something of the experiment may be left: it has failed, however well it went.</summary>
    public static Transition OnRemovalFault(ExperimentState state, int run, string reason, DateTimeOffset now) =>
        state.Phase == ExperimentPhase.Removing && run == state.Run
            ? End(state with { Outcome = ExperimentOutcome.Failed, FailureReason = Join(state.FailureReason, reason) }, now)
            : Transition.Unchanged(state);

    public static Transition OnRemoved(ExperimentState state, ServicesRemoved removed, DateTimeOffset now) =>
        state.Phase == ExperimentPhase.Removing && removed.Run == state.Run ? End(state, now) : Transition.Unchanged(state);

    /// <summary>Time has passed. The first time the answer is overdue its command may be lost; the second time it will not come.</summary>
    public static Transition OnDeadline(ExperimentState state, DateTimeOffset now) =>
        !(state.Deadline <= now) ? Transition.Unchanged(state)
            : !state.IsReminded ? SendAgain(state with { IsReminded = true }, now)
            : Unanswered(state, "twice", now);

    /// <summary>The scheduler was started anew; what it had sent may never have left, and so the answer may never come.</summary>
    public static Transition OnRestart(ExperimentState state, DateTimeOffset now) =>
        state.IsRunning ? SendAgain(state, now) : Transition.Unchanged(state);

    private static object Started(ExperimentState state, DateTimeOffset now) => state.Rerun is { } rerun
        ? RerunFlow.Started(state, rerun, now)
        : new ExperimentStarted
        {
            ExperimentId = state.Plan.ExperimentId,
            Spec = state.Plan.Spec,
            Steps = [.. state.Plan.Steps.Select(step => step.Describe())],
            TrialCount = state.Plan.TrialCount,
            StartedAt = now,
        };

    private static Transition Remove(ExperimentState state, ExperimentOutcome outcome, string reason, DateTimeOffset now) =>
        Send(state with { Phase = ExperimentPhase.Removing, Repeats = 0, Outcome = outcome, FailureReason = reason }, now);

    /// <summary>Sends the command of a state just come to, and begins to wait for its answer.</summary>
    private static Transition Send(ExperimentState state, DateTimeOffset now) => Await(state with { IsReminded = false }, now);

    /// <summary>Sends the present command again and waits as long again. A trial becomes a new attempt: the flows of the old one may be used.</summary>
    private static Transition SendAgain(ExperimentState state, DateTimeOffset now)
    {
        if (state.Repeats >= MostRepeats)
        {
            return Unanswered(state, $"{MostRepeats + 1} times", now);
        }

        ExperimentState again = state.Phase == ExperimentPhase.Measuring ? NextAttempt(state) : state;
        return Await(again with { Repeats = state.Repeats + 1 }, now);
    }

    private static Transition Await(ExperimentState state, DateTimeOffset now) =>
        state.Phase == ExperimentPhase.Measuring && NextAttempt(state).NextFlow > ExperimentSpecValidator.MaxFlows
            ? Remove(state, ExperimentOutcome.Failed, $"trial {state.PresentTrial.Trial} cannot be measured: repeats have used up the flows", now)
            : Repeat(Numbered(state) with { Deadline = now + Deadlines.Of(state) });

    /// <summary>What takes long is under way, so its answer is waited for anew. Nothing that stands still is reported.</summary>
    private static Transition AwaitLonger(ExperimentState state, DateTimeOffset now) =>
        state.Deadline - now < Deadlines.Least / 2 ? new Transition(state with { Deadline = now + Deadlines.Least }, []) : Transition.Unchanged(state);

    /// <summary>Remembers the attempt that is asked for, if one is.</summary>
    private static ExperimentState Numbered(ExperimentState state) => state.Phase == ExperimentPhase.Measuring
        ? state with { HighestAttempt = Math.Max(state.HighestAttempt, state.Attempt) }
        : state;

    private static Transition Repeat(ExperimentState state) => new(state, [PresentCommand(state)]);

    private static Transition Unanswered(ExperimentState state, string times, DateTimeOffset now) => state.Phase switch
    {
        ExperimentPhase.Scaling => OnFault(state, $"step {state.Step} ({state.PresentStep.Cell.Services} Services) was asked for {times} and not set up", now),
        ExperimentPhase.Measuring => OnFault(
            state, $"trial {state.PresentTrial.Trial} ({state.PresentTrial.Measure.WireName()}) was asked for {times} and not measured and stored", now),
        ExperimentPhase.Recomputing => OnFault(state, $"step {state.Step} was asked to be recomputed {times} and was not", now),
        _ => OnRemovalFault(state, state.Run, $"the removal was asked for {times} and not answered; run `plumbline cleanup`", now),
    };

    /// <summary>Behind the flows of the present attempt.</summary>
    private static ExperimentState NextAttempt(ExperimentState state) => state with
    {
        Attempt = state.Attempt + 1,
        NextFlow = state.NextFlow + ExperimentPlanner.FlowsPerAttempt(state.Plan.Spec, state.PresentTrial.Measure),
    };

    private static bool IsPresent(ExperimentState state, int run, int step) => run == state.Run && step == state.Step;

    private static bool IsPresent(ExperimentState state, TrialKey key) => key.Trial == state.PresentTrial.Trial && key.Attempt == state.Attempt;

    private static Transition End(ExperimentState state, DateTimeOffset now)
    {
        if (state.Rerun is not null)
        {
            return RerunFlow.End(state, now);
        }

        Guid id = state.Plan.ExperimentId;
        object ended = state.Outcome switch
        {
            ExperimentOutcome.Completed => new ExperimentCompleted
            {
                ExperimentId = id,
                AcceptedTrials = state.AcceptedTrials,
                GivenUpTrials = state.GivenUpTrials,
                CompletedAt = now,
            },
            ExperimentOutcome.Cancelled => new ExperimentCancelled { ExperimentId = id, CancelledAt = now },
            _ => new ExperimentFailed { ExperimentId = id, Reason = state.FailureReason, FailedAt = now },
        };
        return new Transition(state with { Phase = ExperimentPhase.Ended, Deadline = null }, [ended]);
    }

    /// <summary>What the present state waits for the answer to.</summary>
    private static object PresentCommand(ExperimentState state)
    {
        ExperimentPlan plan = state.Plan;
        return state.Phase switch
        {
            ExperimentPhase.Scaling => new ScaleStep
            {
                ExperimentId = plan.ExperimentId,
                Run = state.Run,
                Step = state.Step,
                Cell = state.PresentStep.Cell,
                DataPlanes = state.PresentStep.DataPlanes,
                MostServices = plan.Spec.Services.Max(),
                AllDataPlanes = [.. plan.Spec.DataPlanes.Select(name => new DataPlane(name))],
                Nodes = plan.Spec.Nodes,
                ProxyMode = state.PresentStep.ProxyMode,
                NftablesDialect = WireNames.Parse<NftablesDialect>(plan.Spec.NftablesDialect),
                EndpointsPerService = plan.Spec.EndpointsPerService,
                Protocols = [.. plan.Spec.Protocols.Select(WireNames.Parse<ServiceProtocol>)],
                PortsPerService = plan.Spec.PortsPerService,
                Seed = plan.Spec.Seed + state.Step,
            },
            ExperimentPhase.Measuring => TrialCommand.Of(state),
            ExperimentPhase.Recomputing => new RecomputeStep { ExperimentId = plan.ExperimentId, Run = state.Run, Step = state.Step },
            _ => new RemoveServices { ExperimentId = plan.ExperimentId, Run = state.Run },
        };
    }

    private static string Join(string first, string second) => first.Length == 0 ? second : $"{first}; {second}";
}

/// <summary>The next state and the messages to publish once it is stored.</summary>
public sealed record Transition(ExperimentState State, IReadOnlyList<object> Messages)
{
    public static Transition Unchanged(ExperimentState state) => new(state, []);
}
