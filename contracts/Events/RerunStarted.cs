namespace Plumbline.Contracts;

/// <summary>It is the rerun's turn, and it begins.</summary>
public sealed record RerunStarted
{
    public required Guid RerunId { get; init; }

    public required Guid ExperimentId { get; init; }

    /// <summary>Which rerun of the experiment this is, from 1.</summary>
    public required int Run { get; init; }

    public required int Step { get; init; }

    public required RerunStage Stage { get; init; }

    /// <summary>Number of the first attempt at each trial that is measured again; all earlier attempts have lower ones.</summary>
    public required int FirstAttempt { get; init; }

    /// <summary>Trials to be measured again.</summary>
    public required int TrialCount { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
}
