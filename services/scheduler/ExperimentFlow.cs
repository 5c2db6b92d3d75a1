using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>
/// The life of an experiment, from the queue to the end, as a pure function: state and event in, next state and
/// messages out.
/// <code>
///   Queued → Scaling → Measuring ⟲ (next trial, next attempt) → Scaling (next step) … → Removing → Ended
///      │         any fault, any cancel, any answer that never comes ────────────────────↗           ↑│
///      ├─ cancel ───────────────────────────────────────────────────────────────────────────────────┘│
///      ├─ Recomputing (a rerun's only) ────────────────────────────────────────────────────────────↗ │
///      └──────────────────────────────── rerun of one stage of one step ────────────────────────────┘
/// </code>
/// A flagged attempt may also lead back to Scaling, for the same step: <see cref="StepRemake"/> says when.
/// An event that does not fit the present state is a late repeat and changes nothing. Two exceptions send the removal
/// again: a repeated cancel and a repeated fault. <see cref="AnswerFlow"/> handles answers that do not come.
/// </summary>
public static class ExperimentFlow
{
    /// <summary>A new experiment that waits for its turn.</summary>
    public static Transition Queue(ExperimentPlan plan) =>
        new(new ExperimentState { Plan = plan, Phase = ExperimentPhase.Queued }, []);

    /// <summary>A new experiment whose turn comes at once.</summary>
    public static Transition Start(ExperimentPlan plan, DateTimeOffset now) => OnTurn(Queue(plan).State, now);

    /// <summary>All experiments before it have ended.</summary>
    public static Transition OnTurn(ExperimentState state, DateTimeOffset now)
    {
        if (state.Phase != ExperimentPhase.Queued)
        {
            return Transition.Unchanged(state);
        }

        bool measures = state.Rerun?.Stage != RerunStage.Aggregate;
        ExperimentPhase phase = measures ? ExperimentPhase.Scaling : ExperimentPhase.Recomputing;
        Transition first = AnswerFlow.Send(state with { Phase = phase, IsStarted = true }, now);
        return first with { Messages = [Started(state, now), .. first.Messages] };
    }

    public static Transition OnScaled(ExperimentState state, ServicesScaled scaled, DateTimeOffset now)
    {
        if (state.Phase == ExperimentPhase.Scaling && state.IsPresent(scaled))
        {
            return OnScaled(state with { Scaled = scaled }, [.. (scaled.Nodes ?? []).Select(each => each.Node)], now);
        }

        // A late command has created Services after the end. Nobody else would remove them.
        return state.Phase == ExperimentPhase.Ended && scaled.Run == state.Run
            ? new Transition(state, [new RemoveServices { ExperimentId = state.Plan.ExperimentId, Run = state.Run }])
            : Transition.Unchanged(state);
    }

    private static Transition OnScaled(ExperimentState state, IReadOnlyList<MeasuredNode> nodes, DateTimeOffset now)
    {
        if (state.Plan.Spec.Nodes.Except(nodes.Select(node => node.Name)).FirstOrDefault() is { } missing)
        {
            return OnFault(
                state,
                $"step {state.Step} was set up without node {missing}: run the service scaler in the cluster "
                + "(PLUMBLINE_SCALER__TARGET)",
                now);
        }

        if (state.PresentTrials.Count == 0)
        {
            return Remove(state, ExperimentOutcome.Completed, "", now);
        }

        IReadOnlyList<MeasuredNode> known = nodes.Count == 0 ? state.Nodes : nodes;
        return AnswerFlow.Send(state with { Phase = ExperimentPhase.Measuring, Repeats = 0, Nodes = known }, now);
    }

    public static Transition OnTrialStored(ExperimentState state, TrialStored stored, DateTimeOffset now)
    {
        if (state.Phase != ExperimentPhase.Measuring || !state.IsPresent(stored.Key))
        {
            return Transition.Unchanged(state);
        }

        int flagged = state.FlaggedAttempts + (stored.Accepted ? 0 : 1);
        bool isAnew = !stored.Accepted && StepRemake.IsNeeded(state.Plan.Spec, stored.Flags ?? [], flagged);
        ExperimentState next = state.NextAttempt() with { FlaggedAttempts = flagged };
        if (!stored.Accepted && flagged < state.Plan.Spec.MaxAttempts)
        {
            return Measure(next, isAnew, now);
        }

        next = next with
        {
            Attempt = state.FirstAttempt,
            FlaggedAttempts = 0,
            AcceptedTrials = state.AcceptedTrials + (stored.Accepted ? 1 : 0),
            GivenUpTrials = state.GivenUpTrials + (stored.Accepted ? 0 : 1),
        };
        if (state.TrialInStep + 1 < state.PresentTrials.Count)
        {
            return Measure(next with { TrialInStep = state.TrialInStep + 1 }, isAnew, now);
        }

        bool isLast = state.Rerun is not null || state.Step + 1 == state.Plan.Steps.Count;
        return isLast
            ? Remove(next, ExperimentOutcome.Completed, "", now)
            : Scale(next with { Step = state.Step + 1, Remake = 0, TrialInStep = 0 }, now);
    }

    /// <summary>Measures the next attempt, on the step as it is or made anew.</summary>
    private static Transition Measure(ExperimentState next, bool isAnew, DateTimeOffset now) => isAnew
        ? Scale(next with { Remake = next.Remake + 1 }, now)
        : AnswerFlow.Send(next with { Repeats = 0 }, now);

    private static Transition Scale(ExperimentState next, DateTimeOffset now) =>
        AnswerFlow.Send(next with { Phase = ExperimentPhase.Scaling, Repeats = 0 }, now);

    /// <summary>The workers get the cancel too and drop their work.</summary>
    public static Transition OnCancel(ExperimentState state, DateTimeOffset now) => state.Phase switch
    {
        ExperimentPhase.Queued or ExperimentPhase.Recomputing =>
            End(state with { Outcome = ExperimentOutcome.Cancelled }, now),
        ExperimentPhase.Scaling or ExperimentPhase.Measuring => Remove(state, ExperimentOutcome.Cancelled, "", now),
        ExperimentPhase.Removing => AnswerFlow.Repeat(state with { Outcome = ExperimentOutcome.Cancelled }),
        _ => Transition.Unchanged(state),
    };

    public static Transition OnRecomputed(ExperimentState state, StepRecomputed recomputed, DateTimeOffset now) =>
        state.Phase == ExperimentPhase.Recomputing && state.IsPresent(recomputed.Run, recomputed.Step)
            ? End(state, now)
            : Transition.Unchanged(state);

    /// <summary>A worker could not do its part.</summary>
    public static Transition OnFault(ExperimentState state, string reason, DateTimeOffset now) => state.Phase switch
    {
        ExperimentPhase.Recomputing => Fail(state, reason, now),
        ExperimentPhase.Scaling or ExperimentPhase.Measuring => Remove(state, ExperimentOutcome.Failed, reason, now),
        ExperimentPhase.Removing when state.Outcome == ExperimentOutcome.Failed && state.FailureReason == reason =>
            AnswerFlow.Repeat(state),
        _ => Transition.Unchanged(state),
    };

    /// <summary>The scaler could not set up a step. An older step changes nothing.</summary>
    public static Transition OnStepFault(ExperimentState state, ScaleStep scale, string reason, DateTimeOffset now)
    {
        bool isOlder = scale.Run != state.Run
            || state.Phase is ExperimentPhase.Measuring or ExperimentPhase.Recomputing
            || (state.Phase == ExperimentPhase.Scaling && (scale.Step, scale.Remake) != (state.Step, state.Remake));
        return isOlder ? Transition.Unchanged(state) : OnFault(state, reason, now);
    }

    /// <summary>An attempt could not be measured or stored. An older attempt changes nothing.</summary>
    public static Transition OnTrialFault(ExperimentState state, TrialKey key, string reason, DateTimeOffset now)
    {
        bool isOlder = state.Phase is ExperimentPhase.Scaling or ExperimentPhase.Recomputing
            || (state.Phase == ExperimentPhase.Measuring && !state.IsPresent(key));
        return isOlder ? Transition.Unchanged(state) : OnFault(state, reason, now);
    }

    public static Transition OnRecomputeFault(
        ExperimentState state, RecomputeStep recompute, string reason, DateTimeOffset now) =>
        state.Phase == ExperimentPhase.Recomputing && state.IsPresent(recompute.Run, recompute.Step)
            ? Fail(state, reason, now)
            : Transition.Unchanged(state);

    /// <summary>The scaler may have left something behind, so the experiment failed, however well it went.</summary>
    public static Transition OnRemovalFault(ExperimentState state, int run, string reason, DateTimeOffset now)
    {
        if (state.Phase != ExperimentPhase.Removing || run != state.Run)
        {
            return Transition.Unchanged(state);
        }

        return Fail(state, state.FailureReason.Length == 0 ? reason : $"{state.FailureReason}; {reason}", now);
    }

    public static Transition OnRemoved(ExperimentState state, ServicesRemoved removed, DateTimeOffset now) =>
        state.Phase == ExperimentPhase.Removing && removed.Run == state.Run
            ? End(state, now)
            : Transition.Unchanged(state);

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

    private static Transition Remove(
        ExperimentState state, ExperimentOutcome outcome, string reason, DateTimeOffset now) => AnswerFlow.Send(
        state with { Phase = ExperimentPhase.Removing, Repeats = 0, Outcome = outcome, FailureReason = reason }, now);

    private static Transition Fail(ExperimentState state, string reason, DateTimeOffset now) =>
        End(state with { Outcome = ExperimentOutcome.Failed, FailureReason = reason }, now);

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
}
