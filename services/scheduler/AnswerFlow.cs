using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>
/// Sends the present command and handles answers that do not come. A command without an answer is sent again once after
/// its deadline, and after every restart. Then the experiment fails. Pure.
/// </summary>
public static class AnswerFlow
{
    /// <summary>
    /// Most repeats of one command by restarts. A scheduler that keeps dying must not fill the workers' queues.
    /// </summary>
    public const int MostRepeats = 100;

    /// <summary>Time has passed. The first overdue answer repeats the command, the second one fails.</summary>
    public static Transition OnDeadline(ExperimentState state, DateTimeOffset now)
    {
        bool isOverdue = state.Deadline is { } deadline && deadline <= now;
        if (!isOverdue)
        {
            return Transition.Unchanged(state);
        }

        return state.IsReminded
            ? Unanswered(state, "twice", now)
            : SendAgain(state with { IsReminded = true }, now);
    }

    /// <summary>The scheduler has restarted. Its last command may be lost, so the answer may never come.</summary>
    public static Transition OnRestart(ExperimentState state, DateTimeOffset now) =>
        state.IsRunning ? SendAgain(state, now) : Transition.Unchanged(state);

    public static Transition OnScalingProgress(ExperimentState state, ScalingProgress progress, DateTimeOffset now) =>
        state.Phase == ExperimentPhase.Scaling && state.IsPresent(progress.Run, progress.Step)
            ? AwaitLonger(state, now)
            : Transition.Unchanged(state);

    public static Transition OnRemovalProgress(ExperimentState state, RemovalProgress progress, DateTimeOffset now) =>
        state.Phase == ExperimentPhase.Removing && progress.Run == state.Run
            ? AwaitLonger(state, now)
            : Transition.Unchanged(state);

    /// <summary>Sends the first command of a new state and waits for its answer.</summary>
    internal static Transition Send(ExperimentState state, DateTimeOffset now) =>
        Await(state with { IsReminded = false }, now);

    /// <summary>Sends the present command and waits no longer than before.</summary>
    internal static Transition Repeat(ExperimentState state) => new(state, [PresentCommand.Of(state)]);

    /// <summary>
    /// Sends the present command again and waits as long again. A trial gets a new attempt, because its flows may be
    /// used already.
    /// </summary>
    private static Transition SendAgain(ExperimentState state, DateTimeOffset now)
    {
        if (state.Repeats >= MostRepeats)
        {
            return Unanswered(state, $"{MostRepeats + 1} times", now);
        }

        ExperimentState again = state.Phase == ExperimentPhase.Measuring ? state.NextAttempt() : state;
        return Await(again with { Repeats = state.Repeats + 1 }, now);
    }

    private static Transition Await(ExperimentState state, DateTimeOffset now)
    {
        ExperimentState waiting = state with { Deadline = now + Deadlines.Of(state) };
        if (state.Phase != ExperimentPhase.Measuring)
        {
            return Repeat(waiting);
        }

        return state.NextAttempt().NextFlow > ExperimentLimits.MaxFlows
            ? ExperimentFlow.OnFault(state, $"{NameOf(state.PresentTrial)}: repeats have used up all flows", now)
            : Repeat(waiting with { HighestAttempt = Math.Max(state.HighestAttempt, state.Attempt) });
    }

    /// <summary>Work that takes long reports progress, so it gets more time. Stalled work reports nothing.</summary>
    private static Transition AwaitLonger(ExperimentState state, DateTimeOffset now) =>
        state.Deadline - now < Deadlines.Least / 2
            ? new Transition(state with { Deadline = now + Deadlines.Least }, [])
            : Transition.Unchanged(state);

    private static Transition Unanswered(ExperimentState state, string times, DateTimeOffset now)
    {
        string requested = $"was requested {times}";
        int services = state.PresentStep.Cell.Services;
        return state.Phase switch
        {
            ExperimentPhase.Scaling => ExperimentFlow.OnFault(
                state, $"step {state.Step} ({services} Services) {requested} and not set up", now),
            ExperimentPhase.Measuring => ExperimentFlow.OnFault(
                state, $"{NameOf(state.PresentTrial)} {requested} and not measured and stored", now),
            ExperimentPhase.Recomputing => ExperimentFlow.OnFault(
                state, $"recomputing step {state.Step} {requested} and not done", now),
            _ => ExperimentFlow.OnRemovalFault(
                state, state.Run, $"the removal {requested} and not answered; run `plumbline cleanup`", now),
        };
    }

    private static string NameOf(PlannedTrial trial) => $"trial {trial.Trial} ({trial.Measure.WireName()})";
}
