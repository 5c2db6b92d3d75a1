using System.Text.Json.Serialization;
using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>
/// How far an experiment is. The store keeps all of it, so a new property needs a default for older rows.
/// </summary>
public sealed record ExperimentState
{
    public required ExperimentPlan Plan { get; init; }

    public required ExperimentPhase Phase { get; init; }

    /// <summary>Experiments of one queue would measure each other, so only one of them runs at a time.</summary>
    public string Queue { get; init; } = ExperimentQueue.OnlyNodes;

    /// <summary>How often it was stored. The store uses it to detect that another writer was faster.</summary>
    public long Version { get; init; }

    /// <summary>False for an experiment that never started: it has nothing to repeat.</summary>
    public bool IsStarted { get; init; }

    /// <summary>The rerun that waits or runs. Null when none does.</summary>
    public PlannedRerun? Rerun { get; init; }

    /// <summary>How the last rerun ended. Null before the first one ends.</summary>
    public RerunEnded? LastRerun { get; init; }

    /// <summary>Ids of all accepted reruns, so that each is done once.</summary>
    public IReadOnlyList<Guid> RerunIds { get; init; } = [];

    /// <summary>Index of the present step.</summary>
    public int Step { get; init; }

    /// <summary>How often the present step was made anew.</summary>
    public int Remake { get; init; }

    /// <summary>Index of the present trial among <see cref="PresentTrials"/>.</summary>
    public int TrialInStep { get; init; }

    /// <summary>Number of the present attempt at the present trial, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Highest number of any attempt at any trial.</summary>
    public int HighestAttempt { get; init; }

    /// <summary>Attempts at the present trial that were flagged.</summary>
    public int FlaggedAttempts { get; init; }

    /// <summary>
    /// How often the present command was repeated without an answer. Each repeat of a trial is an attempt with its own
    /// number, but <see cref="ExperimentSpec.MaxAttempts"/> does not count it.
    /// </summary>
    public int Repeats { get; init; }

    /// <summary>Number of the first flow of the present attempt, or of the next one.</summary>
    public long NextFlow { get; init; }

    /// <summary>The cluster's nodes as the present step left them. Empty in the lab.</summary>
    public IReadOnlyList<MeasuredNode> Nodes { get; init; } = [];

    /// <summary>The present step as it was set up. Null before the first one, and in older rows.</summary>
    public ServicesScaled? Scaled { get; init; }

    public int AcceptedTrials { get; init; }

    public int GivenUpTrials { get; init; }

    /// <summary>When the answer to the present command is overdue. Null when none is expected.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The present command was overdue once and was sent again.</summary>
    public bool IsReminded { get; init; }

    /// <summary>How it ends once everything is removed.</summary>
    public ExperimentOutcome Outcome { get; init; }

    public string FailureReason { get; init; } = "";

    public bool IsRunning => Phase is not (ExperimentPhase.Queued or ExperimentPhase.Ended);

    /// <summary>How the experiment itself ended, also during a rerun. Null until then.</summary>
    public ExperimentEnd? OwnEnd
    {
        get
        {
            if (Rerun is not null)
            {
                return Rerun.Before;
            }

            return Phase == ExperimentPhase.Ended
                ? new ExperimentEnd(Outcome, FailureReason, AcceptedTrials, GivenUpTrials)
                : null;
        }
    }

    /// <summary>0 for the experiment itself, then 1, 2 … for each rerun.</summary>
    public int Run => RerunIds.Count;

    /// <summary>Number of the first attempt at each trial.</summary>
    public int FirstAttempt => Rerun?.FirstAttempt ?? 1;

    public PlannedStep PresentStep => Plan.Steps[Step];

    /// <summary>The trials of the present step to measure.</summary>
    [JsonIgnore]
    public IReadOnlyList<PlannedTrial> PresentTrials => Rerun?.TrialsOf(PresentStep) ?? PresentStep.Trials;

    public PlannedTrial PresentTrial => PresentTrials[TrialInStep];

    /// <summary>All trials to measure until it ends.</summary>
    public int TrialCount => Rerun is null ? Plan.TrialCount : PresentTrials.Count;

    internal bool IsPresent(int run, int step) => run == Run && step == Step;

    internal bool IsPresent(ServicesScaled scaled) =>
        IsPresent(scaled.Run, scaled.Step) && scaled.Remake == Remake;

    internal bool IsPresent(TrialKey key) => key.Trial == PresentTrial.Trial && key.Attempt == Attempt;

    /// <summary>The next attempt at the present trial, with the flows after the present attempt's.</summary>
    internal ExperimentState NextAttempt() => this with
    {
        Attempt = Attempt + 1,
        NextFlow = NextFlow + ExperimentPlanner.FlowsPerAttempt(Plan.Spec, PresentTrial.Measure),
    };
}
