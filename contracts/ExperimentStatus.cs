namespace Plumbline.Contracts;

/// <summary>Where an experiment stands, or how it ended, as the scheduler answers to who asks for it.</summary>
public sealed record ExperimentStatus
{
    /// <summary>Its specification, and where it stands now.</summary>
    public required ExperimentSpec Spec { get; init; }

    public required ExperimentProgress Progress { get; init; }

    /// <summary>The rerun that waits or is under way; null when there is none.</summary>
    public required RerunRequested? Rerun { get; init; }

    /// <summary>How the last rerun ended; null when none has.</summary>
    public RerunEnded? LastRerun { get; init; }

    /// <summary>How the experiment itself ended; null until it has.</summary>
    public required ExperimentOutcome? Outcome { get; init; }

    /// <summary>Why it failed; empty when it did not.</summary>
    public required string Reason { get; init; }

    /// <summary>Trials of the experiment itself that were still flagged after their last attempt.</summary>
    public int GivenUpTrials { get; init; }
}

/// <summary>The answer to <c>{ "status": { } }</c>: what runs first, then what waits, then what has ended, newest first.</summary>
public sealed record StatusAnswer
{
    public required IReadOnlyList<ExperimentStatus> Experiments { get; init; }

    public required IReadOnlyList<FieldError> Errors { get; init; }
}

/// <summary>The answer to a request, a cancel or a rerun: what became of it at once.</summary>
public sealed record RequestAnswer
{
    public required Guid ExperimentId { get; init; }

    /// <summary>Null unless a rerun was asked for.</summary>
    public Guid? RerunId { get; init; }

    public required bool Accepted { get; init; }

    /// <summary>Every field that is wrong; empty when it was accepted.</summary>
    public required IReadOnlyList<FieldError> Errors { get; init; }
}
