using System.Text.Json.Serialization;
using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>Where an experiment stands. What is stored of it is all of this, so a new property needs a default for older rows.</summary>
public sealed record ExperimentState
{
    public required ExperimentPlan Plan { get; init; }

    public required ExperimentPhase Phase { get; init; }

    /// <summary>What it queues for: experiments of one queue would measure each other, so one of them runs at a time.</summary>
    public string Queue { get; init; } = ExperimentQueue.OnlyNodes;

    /// <summary>How often it was stored; 0 when it is not yet. The store's, to tell which of two writers came first.</summary>
    public long Version { get; init; }

    /// <summary>Whether it ever came to its turn: before that there is nothing to do again.</summary>
    public bool IsStarted { get; init; }

    /// <summary>The rerun that waits or is under way; null while the experiment itself does, and when nothing does.</summary>
    public PlannedRerun? Rerun { get; init; }

    /// <summary>How the last rerun ended; null when none has.</summary>
    public RerunEnded? LastRerun { get; init; }

    /// <summary>Ids of all reruns that were taken, so that each is done once.</summary>
    public IReadOnlyList<Guid> RerunIds { get; init; } = [];

    /// <summary>Index of the present step.</summary>
    public int Step { get; init; }

    /// <summary>Index of the present trial among those of the step that are measured.</summary>
    public int TrialInStep { get; init; }

    /// <summary>Number of the present attempt at the present trial, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The highest number that an attempt at any trial was given.</summary>
    public int HighestAttempt { get; init; }

    /// <summary>
    /// How often the present step, trial or removal was asked for again without an answer. Each such repeat of a trial is an
    /// attempt with a number of its own, but none of those that <see cref="ExperimentSpec.MaxAttempts"/> counts.
    /// </summary>
    public int Repeats { get; init; }

    /// <summary>First flow number of the present attempt; when there is none, of the next.</summary>
    public long NextFlow { get; init; }

    /// <summary>The cluster's nodes as the present step left them; none in the lab.</summary>
    public IReadOnlyList<MeasuredNode> Nodes { get; init; } = [];

    public int AcceptedTrials { get; init; }

    public int GivenUpTrials { get; init; }

    /// <summary>When the answer to the present command is overdue; null when none is waited for.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Whether the present command has been overdue once and was sent again for that.</summary>
    public bool IsReminded { get; init; }

    /// <summary>How it ends once everything is removed.</summary>
    public ExperimentOutcome Outcome { get; init; }

    public string FailureReason { get; init; } = "";

    public bool IsRunning => Phase is not (ExperimentPhase.Queued or ExperimentPhase.Ended);

    /// <summary>How the experiment itself has ended, also while it is rerun; null until it has.</summary>
    public ExperimentEnd? OwnEnd => Rerun?.Before
        ?? (Phase == ExperimentPhase.Ended ? new ExperimentEnd(Outcome, FailureReason, AcceptedTrials, GivenUpTrials) : null);

    /// <summary>0 for the experiment itself, then 1, 2 … for each rerun.</summary>
    public int Run => RerunIds.Count;

    /// <summary>Number of the first attempt at each trial.</summary>
    public int FirstAttempt => Rerun?.FirstAttempt ?? 1;

    public PlannedStep PresentStep => Plan.Steps[Step];

    /// <summary>What is measured of the present step.</summary>
    [JsonIgnore]
    public IReadOnlyList<PlannedTrial> PresentTrials => Rerun is null ? PresentStep.Trials : Rerun.TrialsOf(PresentStep);

    public PlannedTrial PresentTrial => PresentTrials[TrialInStep];

    /// <summary>Trials that are to be measured until it ends.</summary>
    public int TrialCount => Rerun is null ? Plan.TrialCount : PresentTrials.Count;
}
