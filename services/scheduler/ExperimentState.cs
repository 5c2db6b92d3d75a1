namespace Plumbline.Scheduler;

public enum ExperimentPhase
{
    /// <summary>Waiting for the step's rules.</summary>
    Scaling,

    /// <summary>Waiting for a trial's results to be stored.</summary>
    Measuring,

    /// <summary>Waiting for everything to be removed; every experiment goes through it.</summary>
    Removing,

    Ended,
}

public enum ExperimentOutcome
{
    Completed,
    Failed,
    Cancelled,
}

/// <summary>Where an experiment stands.</summary>
public sealed record ExperimentState
{
    public required ExperimentPlan Plan { get; init; }

    public required ExperimentPhase Phase { get; init; }

    /// <summary>Index of the present step.</summary>
    public int Step { get; init; }

    /// <summary>Index of the present trial within the step.</summary>
    public int TrialInStep { get; init; }

    public int Attempt { get; init; } = 1;

    /// <summary>First flow number that no attempt has been given yet.</summary>
    public long NextFlow { get; init; }

    public int AcceptedTrials { get; init; }

    public int GivenUpTrials { get; init; }

    /// <summary>How it ends once everything is removed.</summary>
    public ExperimentOutcome Outcome { get; init; }

    public string FailureReason { get; init; } = "";

    public PlannedStep PresentStep => Plan.Steps[Step];

    public PlannedTrial PresentTrial => PresentStep.Trials[TrialInStep];
}
