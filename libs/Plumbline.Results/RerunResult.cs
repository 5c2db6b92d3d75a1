using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>A stage of a step that was done again after the experiment had ended, as recorded.</summary>
public sealed record RerunResult
{
    public required Guid RerunId { get; init; }

    /// <inheritdoc cref="RerunStarted.Run"/>
    public required int Run { get; init; }

    public required int Step { get; init; }

    public required RerunStage Stage { get; init; }

    /// <inheritdoc cref="RerunStarted.FirstAttempt"/>
    public required int FirstAttempt { get; init; }

    /// <inheritdoc cref="RerunStarted.TrialCount"/>
    public required int TrialCount { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null when no end is recorded: it runs still, or was interrupted. So is all that follows.</summary>
    public required ExperimentOutcome? Outcome { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public required string? Reason { get; init; }

    public required int? AcceptedTrials { get; init; }

    /// <inheritdoc cref="RerunEnded.GivenUpTrials"/>
    public required int? GivenUpTrials { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether it measured trials of that step and probe again.</summary>
    internal bool Measured(int step, Measure probe) => step == Step && probe == Stage.Measure();
}
