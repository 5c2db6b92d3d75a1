namespace Plumbline.Contracts;

/// <summary>The rerun is over, however it went; nothing is left on the node. The experiment's own end stays what it was.</summary>
public sealed record RerunEnded
{
    public required Guid RerunId { get; init; }

    public required Guid ExperimentId { get; init; }

    /// <inheritdoc cref="RerunStarted.Run"/>
    public required int Run { get; init; }

    public required ExperimentOutcome Outcome { get; init; }

    /// <summary>Why it failed; empty when it did not.</summary>
    public required string Reason { get; init; }

    public required int AcceptedTrials { get; init; }

    /// <summary>Trials that were still flagged after their last attempt; what was accepted before stands for them.</summary>
    public required int GivenUpTrials { get; init; }

    public required DateTimeOffset EndedAt { get; init; }
}
