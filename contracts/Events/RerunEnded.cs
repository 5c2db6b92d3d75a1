namespace Plumbline.Contracts;

/// <summary>The rerun is over. Nothing is left on the node. The experiment's own end does not change.</summary>
public sealed record RerunEnded
{
    public required Guid RerunId { get; init; }

    public required Guid ExperimentId { get; init; }

    /// <inheritdoc cref="RerunStarted.Run"/>
    public required int Run { get; init; }

    public required ExperimentOutcome Outcome { get; init; }

    /// <summary>Why it failed. Empty when it did not.</summary>
    public required string Reason { get; init; }

    public required int AcceptedTrials { get; init; }

    /// <summary>Trials that were still flagged after their last attempt. Their accepted attempts still count.</summary>
    public required int GivenUpTrials { get; init; }

    public required DateTimeOffset EndedAt { get; init; }
}
