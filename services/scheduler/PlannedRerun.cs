using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>One stage of one step, to repeat.</summary>
/// <param name="FirstAttempt">Number of the first attempt at each of its trials, above all earlier ones.</param>
/// <param name="Before">How the experiment ended. It ends like that again.</param>
public sealed record PlannedRerun(Guid RerunId, int Step, RerunStage Stage, int FirstAttempt, ExperimentEnd Before)
{
    public IReadOnlyList<PlannedTrial> TrialsOf(PlannedStep step) =>
        [.. step.Trials.Where(trial => trial.Measure == Stage.Measure())];

    /// <summary>Why the rerun cannot be done, by field. Empty when it can.</summary>
    /// <param name="state">The experiment that it names. Null when there is none.</param>
    public static IReadOnlyList<FieldError> Errors(ExperimentState? state, RerunRequested rerun) =>
        Problem(state, rerun) is (string field, string message)
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
            string phase = state.Phase.WireName();
            return ("experimentId", $"the experiment is still {phase}; wait for its end or cancel it");
        }

        if (!state.IsStarted)
        {
            return ("experimentId", "the experiment ended before it started, so there is nothing to repeat");
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

        if (rerun.Stage.Measure() is { } measure && step.Trials.All(trial => trial.Measure != measure))
        {
            string measured = string.Join(", ", state.Plan.Spec.Measure);
            return ("stage", $"the experiment has no {measure.WireName()} trials; it measures {measured}");
        }

        return null;
    }
}

/// <summary>How an experiment ended.</summary>
public sealed record ExperimentEnd(
    ExperimentOutcome Outcome, string FailureReason, int AcceptedTrials, int GivenUpTrials);
