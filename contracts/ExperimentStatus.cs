namespace Plumbline.Contracts;

/// <summary>The scheduler's answer about one experiment: how far it is, or how it ended.</summary>
public sealed record ExperimentStatus
{
    public required ExperimentSpec Spec { get; init; }

    public required ExperimentProgress Progress { get; init; }

    /// <summary>The rerun that waits or runs. Null when there is none.</summary>
    public required RerunRequested? Rerun { get; init; }

    /// <summary>How the last rerun ended. Null before the first one ends.</summary>
    public RerunEnded? LastRerun { get; init; }

    /// <summary>How the experiment itself ended. Null until then.</summary>
    public required ExperimentOutcome? Outcome { get; init; }

    /// <summary>Why it failed. Empty when it did not.</summary>
    public required string Reason { get; init; }

    /// <summary>Trials of the experiment itself that were given up.</summary>
    public int GivenUpTrials { get; init; }
}

/// <summary>
/// The answer to <c>{ "status": { } }</c>: first the running experiments, then the waiting ones, then the ended ones,
/// newest first.
/// </summary>
public sealed record StatusAnswer
{
    public required IReadOnlyList<ExperimentStatus> Experiments { get; init; }

    public required IReadOnlyList<FieldError> Errors { get; init; }
}

/// <summary>The immediate answer to a request, a cancel or a rerun.</summary>
public sealed record RequestAnswer
{
    public required Guid ExperimentId { get; init; }

    /// <summary>Null unless the message asked for a rerun.</summary>
    public Guid? RerunId { get; init; }

    public required bool Accepted { get; init; }

    /// <summary>Every wrong field. Empty when accepted.</summary>
    public required IReadOnlyList<FieldError> Errors { get; init; }
}
