using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>
/// The life of an experiment, from the first step to the end, as a pure function: state and event in, next state and
/// messages out.
/// <code>
///   ExperimentRequested → Scaling → Measuring ⟲ (next trial, next attempt) → Scaling (next step) … → Removing → Ended
///                            any fault, any cancel ────────────────────────────────────────────────↗
/// </code>
/// Events that do not belong to the present state are late repeats and change nothing. A step's answer, a cancel and a fault
/// that come again send the command that followed from them again, for the case that it was lost.
/// </summary>
public static class ExperimentFlow
{
    public static Transition Start(ExperimentPlan plan, DateTimeOffset now)
    {
        ExperimentState state = new() { Plan = plan, Phase = ExperimentPhase.Scaling };
        ExperimentStarted started = new()
        {
            ExperimentId = plan.ExperimentId,
            Spec = plan.Spec,
            StepCount = plan.Steps.Count,
            TrialCount = plan.TrialCount,
            StartedAt = now,
        };
        return new Transition(state, [started, PresentCommand(state)]);
    }

    public static Transition OnScaled(ExperimentState state, ServicesScaled scaled)
    {
        if (scaled.Step != state.Step || state.TrialInStep != 0 || state.Attempt != 1)
        {
            return Transition.Unchanged(state);
        }

        return state.Phase switch
        {
            ExperimentPhase.Scaling => Send(state with { Phase = ExperimentPhase.Measuring }),
            ExperimentPhase.Measuring => Send(state),
            _ => Transition.Unchanged(state),
        };
    }

    public static Transition OnTrialStored(ExperimentState state, TrialStored stored)
    {
        if (state.Phase != ExperimentPhase.Measuring || stored.Key.Trial != state.PresentTrial.Trial || stored.Key.Attempt != state.Attempt)
        {
            return Transition.Unchanged(state);
        }

        ExperimentState next = state with { NextFlow = state.NextFlow + ExperimentPlanner.FlowsPerAttempt(state.Plan.Spec, state.PresentTrial.Probe) };
        if (!stored.Accepted && state.Attempt < state.Plan.Spec.MaxAttempts)
        {
            return Send(next with { Attempt = state.Attempt + 1 });
        }

        next = next with
        {
            Attempt = 1,
            AcceptedTrials = state.AcceptedTrials + (stored.Accepted ? 1 : 0),
            GivenUpTrials = state.GivenUpTrials + (stored.Accepted ? 0 : 1),
        };
        if (state.TrialInStep + 1 < state.PresentStep.Trials.Count)
        {
            return Send(next with { TrialInStep = state.TrialInStep + 1 });
        }

        return state.Step + 1 < state.Plan.Steps.Count
            ? Send(next with { Phase = ExperimentPhase.Scaling, Step = state.Step + 1, TrialInStep = 0 })
            : Send(next with { Phase = ExperimentPhase.Removing, Outcome = ExperimentOutcome.Completed });
    }

    /// <summary>The workers hear of the cancel themselves and drop what they are doing.</summary>
    public static Transition OnCancel(ExperimentState state) => state.Phase switch
    {
        ExperimentPhase.Scaling or ExperimentPhase.Measuring =>
            Send(state with { Phase = ExperimentPhase.Removing, Outcome = ExperimentOutcome.Cancelled }),
        ExperimentPhase.Removing => Send(state with { Outcome = ExperimentOutcome.Cancelled }),
        _ => Transition.Unchanged(state),
    };

    /// <summary>A worker could not do its part.</summary>
    public static Transition OnFault(ExperimentState state, string reason) => state.Phase switch
    {
        ExperimentPhase.Scaling or ExperimentPhase.Measuring =>
            Send(state with { Phase = ExperimentPhase.Removing, Outcome = ExperimentOutcome.Failed, FailureReason = reason }),
        ExperimentPhase.Removing when state.Outcome == ExperimentOutcome.Failed && state.FailureReason == reason => Send(state),
        _ => Transition.Unchanged(state),
    };

    /// <summary>An attempt could not be measured or stored; one that is no longer waited for changes nothing.</summary>
    public static Transition OnTrialFault(ExperimentState state, TrialKey key, string reason)
    {
        bool isOlder = state.Phase == ExperimentPhase.Scaling
            || (state.Phase == ExperimentPhase.Measuring && (key.Trial != state.PresentTrial.Trial || key.Attempt != state.Attempt));
        return isOlder ? Transition.Unchanged(state) : OnFault(state, reason);
    }

    /// <summary>Something of the experiment may be left: it has failed, however well it went.</summary>
    public static Transition OnRemovalFault(ExperimentState state, string reason, DateTimeOffset now) =>
        state.Phase == ExperimentPhase.Removing
            ? End(state with { Outcome = ExperimentOutcome.Failed, FailureReason = Join(state.FailureReason, reason) }, now)
            : Transition.Unchanged(state);

    public static Transition OnRemoved(ExperimentState state, DateTimeOffset now) =>
        state.Phase == ExperimentPhase.Removing ? End(state, now) : Transition.Unchanged(state);

    private static Transition Send(ExperimentState state) => new(state, [PresentCommand(state)]);

    private static Transition End(ExperimentState state, DateTimeOffset now)
    {
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
        return new Transition(state with { Phase = ExperimentPhase.Ended }, [ended]);
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
                Step = state.Step,
                Services = state.PresentStep.Services,
                DataPlanes = state.PresentStep.DataPlanes,
                NftablesDialect = WireNames.Parse<NftablesDialect>(plan.Spec.NftablesDialect),
                EndpointsPerService = plan.Spec.EndpointsPerService,
                Protocols = [.. plan.Spec.Protocols.Select(WireNames.Parse<ServiceProtocol>)],
                PortsPerService = plan.Spec.PortsPerService,
                Seed = plan.Spec.Seed + state.Step,
            },
            ExperimentPhase.Measuring => TrialCommand.Of(state),
            _ => new RemoveServices { ExperimentId = plan.ExperimentId },
        };
    }

    private static string Join(string first, string second) => first.Length == 0 ? second : $"{first}; {second}";
}

/// <summary>The next state and the messages to publish once it is stored.</summary>
public sealed record Transition(ExperimentState State, IReadOnlyList<object> Messages)
{
    public static Transition Unchanged(ExperimentState state) => new(state, []);
}
