namespace Plumbline.Contracts;

/// <summary>The rerun's turn has come, and it begins.</summary>
public sealed record RerunStarted
{
    public required Guid RerunId { get; init; }

    public required Guid ExperimentId { get; init; }

    /// <summary>Number of the rerun within the experiment, from 1.</summary>
    public required int Run { get; init; }

    public required int Step { get; init; }

    public required RerunStage Stage { get; init; }

    /// <summary>Number of the first attempt at each trial. All earlier attempts have lower numbers.</summary>
    public required int FirstAttempt { get; init; }

    /// <summary>Trials to measure again.</summary>
    public required int TrialCount { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
}
