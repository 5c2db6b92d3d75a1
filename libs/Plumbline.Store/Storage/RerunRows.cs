namespace Plumbline.Results.Storage;

internal sealed class RerunRow
{
    public required string ExperimentId { get; init; }

    public required long Run { get; init; }

    public required string RerunId { get; init; }

    public required long Step { get; init; }

    public required string Stage { get; init; }

    public required long FirstAttempt { get; init; }

    public required long TrialCount { get; init; }

    public required long StartedUnixMs { get; init; }
}

internal sealed class RerunEndRow
{
    public required string ExperimentId { get; init; }

    public required long Run { get; init; }

    public required string Outcome { get; init; }

    public string? Reason { get; init; }

    public required long AcceptedTrials { get; init; }

    public required long GivenUpTrials { get; init; }

    public required long EndedUnixMs { get; init; }
}

/// <summary>A row of the view rerun_summary.</summary>
internal sealed class RerunSummaryRow
{
    public required long Run { get; init; }

    public required string RerunId { get; init; }

    public required long Step { get; init; }

    public required string Stage { get; init; }

    /// <summary>Its outcome; "started" where no end is recorded.</summary>
    public required string State { get; init; }

    public string? Reason { get; init; }

    public required long FirstAttempt { get; init; }

    public required long TrialCount { get; init; }

    public long? AcceptedTrials { get; init; }

    public long? GivenUpTrials { get; init; }

    public required long StartedUnixMs { get; init; }

    public long? EndedUnixMs { get; init; }
}
