namespace Plumbline.Contracts;

/// <summary>The percentiles of a step are what its histograms give.</summary>
public sealed record StepRecomputed
{
    public required Guid ExperimentId { get; init; }

    /// <inheritdoc cref="RerunStarted.Run"/>
    public required int Run { get; init; }

    public required int Step { get; init; }

    /// <summary>Latencies (one for each attempt and stage) that were computed again.</summary>
    public required int Recomputed { get; init; }

    /// <summary>Those of them in which a figure has changed.</summary>
    public required int Changed { get; init; }
}
