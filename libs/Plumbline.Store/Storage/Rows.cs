namespace Plumbline.Results.Storage;

// One class for each table: property names are the columns' names (p50_ns is P50Ns), for writing and for reading.

internal sealed class ExperimentRow
{
    public required string ExperimentId { get; init; }

    public required string Name { get; init; }

    public required long Seed { get; init; }

    public required string SpecJson { get; init; }

    public required long StepCount { get; init; }

    public required long TrialCount { get; init; }

    public required long StartedUnixMs { get; init; }
}

internal sealed class ExperimentEndRow
{
    public required string ExperimentId { get; init; }

    public required string State { get; init; }

    public string? Reason { get; init; }

    public long? AcceptedTrials { get; init; }

    public long? GivenUpTrials { get; init; }

    public required long EndedUnixMs { get; init; }
}

/// <summary>A row of the view experiment_summary.</summary>
internal sealed class ExperimentSummaryRow
{
    public required string ExperimentId { get; init; }

    public required string Name { get; init; }

    public required string State { get; init; }

    public string? Reason { get; init; }

    public required string SpecJson { get; init; }

    public required long StepCount { get; init; }

    public required long TrialCount { get; init; }

    public required long StartedUnixMs { get; init; }

    public long? EndedUnixMs { get; init; }
}

internal sealed class StepRow
{
    public required string ExperimentId { get; init; }

    public required long Step { get; init; }

    public required string DataPlane { get; init; }

    public required long Services { get; init; }

    public required long Rules { get; init; }

    public required long ProgrammingNs { get; init; }

    public required string Tool { get; init; }

    public required long Run { get; init; }
}
