using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>One stage of one step, to be done again.</summary>
/// <param name="FirstAttempt">Number of the first attempt at each of its trials: above all that there were.</param>
/// <param name="Before">How the experiment stood before, and will again.</param>
public sealed record PlannedRerun(Guid RerunId, int Step, RerunStage Stage, int FirstAttempt, ExperimentEnd Before)
{
    public IReadOnlyList<PlannedTrial> TrialsOf(PlannedStep step) =>
        [.. step.Trials.Where(trial => trial.Measure == Stage.Measure())];

    /// <summary>What is wrong with a request for a rerun, by field; nothing when it can be done.</summary>
    /// <param name="state">Of the experiment that it names; null when there is none.</param>
    public static IReadOnlyList<FieldError> Errors(ExperimentState? state, RerunRequested rerun) => Problem(state, rerun) is (string field, string message)
        ? [new FieldError { Field = field, Message = message }]
        : [];

    private static (string Field, string Message)? Problem(ExperimentState? state, RerunRequested rerun)
    {
        if (state is null)
        {
            return ("experimentId", $"there is no experiment {rerun.ExperimentId}");
        }

        if (state.Phase != ExperimentPhase.Ended)
        {
            return ("experimentId", $"the experiment has not ended, it is {state.Phase.WireName()}; wait for its end or cancel it");
        }

        if (!state.IsStarted)
        {
            return ("experimentId", "the experiment ended before its turn came, so there is nothing to do again");
        }

        if (rerun.Step < 0 || rerun.Step >= state.Plan.Steps.Count)
        {
            return ("step", $"{rerun.Step} is not between 0 and {state.Plan.Steps.Count - 1}");
        }

        PlannedStep step = state.Plan.Steps[rerun.Step];
        if (rerun.Stage == RerunStage.Scale && step.Cell.Services == 0)
        {
            return ("stage", $"step {rerun.Step} is a baseline without Services, so there is nothing to scale");
        }

        return rerun.Stage.Measure() is { } probe && !step.Trials.Any(trial => trial.Measure == probe)
            ? ("stage", $"the experiment has no {probe.WireName()} trials; its probes are {string.Join(", ", state.Plan.Spec.Measure)}")
            : null;
    }
}

/// <summary>How an experiment has ended.</summary>
public sealed record ExperimentEnd(ExperimentOutcome Outcome, string FailureReason, int AcceptedTrials, int GivenUpTrials);
