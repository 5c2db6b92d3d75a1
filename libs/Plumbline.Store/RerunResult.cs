using Plumbline.Contracts;

namespace Plumbline.Store;

/// <summary>A stage of a step that was measured again after the experiment had ended, as recorded.</summary>
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

    /// <summary>
    /// Null when no end is recorded: the rerun is still running, or was interrupted. All that follows is then null.
    /// </summary>
    public required ExperimentOutcome? Outcome { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public required string? Reason { get; init; }

    public required int? AcceptedTrials { get; init; }

    /// <inheritdoc cref="RerunEnded.GivenUpTrials"/>
    public required int? GivenUpTrials { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether it measured the step's trials of that measure again.</summary>
    public bool Measured(int step, Measure measure) => step == Step && measure == Stage.Measure();
}
