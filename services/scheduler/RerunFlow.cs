using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>
/// Revives an ended experiment for one stage of one step, and ends it again. In between <see cref="ExperimentFlow"/>
/// takes over, as for the experiment itself. Pure.
/// </summary>
public static class RerunFlow
{
    /// <summary>
    /// Queues the rerun of an ended experiment. <see cref="PlannedRerun.Errors"/> refuses what cannot be done.
    /// </summary>
    public static Transition OnRequested(ExperimentState state, RerunRequested rerun)
    {
        if (state.Phase != ExperimentPhase.Ended || state.RerunIds.Contains(rerun.RerunId))
        {
            return Transition.Unchanged(state);
        }

        PlannedRerun planned = new(rerun.RerunId, rerun.Step, rerun.Stage, state.HighestAttempt + 1, state.OwnEnd!);
        ExperimentState queued = state with
        {
            Phase = ExperimentPhase.Queued,
            Queue = rerun.Stage == RerunStage.Aggregate
                ? ExperimentQueue.OfItsOwn(state.Plan.ExperimentId)
                : ExperimentQueue.OnlyNodes,
            Rerun = planned,
            RerunIds = [.. state.RerunIds, rerun.RerunId],
            Step = rerun.Step,
            Remake = 0,
            TrialInStep = 0,
            FlaggedAttempts = 0,
            Attempt = planned.FirstAttempt,
            Repeats = 0,
            AcceptedTrials = 0,
            GivenUpTrials = 0,
            Outcome = ExperimentOutcome.Completed,
            FailureReason = "",
        };
        return new Transition(queued, []);
    }

    internal static RerunStarted Started(ExperimentState state, PlannedRerun rerun, DateTimeOffset now) => new()
    {
        RerunId = rerun.RerunId,
        ExperimentId = state.Plan.ExperimentId,
        Run = state.Run,
        Step = rerun.Step,
        Stage = rerun.Stage,
        FirstAttempt = rerun.FirstAttempt,
        TrialCount = state.TrialCount,
        StartedAt = now,
    };

    /// <summary>The experiment's own end becomes what it was before.</summary>
    internal static Transition End(ExperimentState state, DateTimeOffset now)
    {
        PlannedRerun rerun = state.Rerun!;
        RerunEnded ended = new()
        {
            RerunId = rerun.RerunId,
            ExperimentId = state.Plan.ExperimentId,
            Run = state.Run,
            Outcome = state.Outcome,
            Reason = state.FailureReason,
            AcceptedTrials = state.AcceptedTrials,
            GivenUpTrials = state.GivenUpTrials,
            EndedAt = now,
        };
        ExperimentState after = state with
        {
            Phase = ExperimentPhase.Ended,
            Deadline = null,
            Rerun = null,
            LastRerun = ended,
            Outcome = rerun.Before.Outcome,
            FailureReason = rerun.Before.FailureReason,
            AcceptedTrials = rerun.Before.AcceptedTrials,
            GivenUpTrials = rerun.Before.GivenUpTrials,
        };
        return new Transition(after, [ended]);
    }
}
