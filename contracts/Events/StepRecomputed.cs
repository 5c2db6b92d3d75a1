namespace Plumbline.Contracts;

/// <summary>A step's percentiles now follow from its histograms.</summary>
public sealed record StepRecomputed
{
    public required Guid ExperimentId { get; init; }

    /// <inheritdoc cref="RerunStarted.Run"/>
    public required int Run { get; init; }

    public required int Step { get; init; }

    /// <summary>Latencies computed again: one for each attempt and stage.</summary>
    public required int Recomputed { get; init; }

    /// <summary>Latencies with a changed figure.</summary>
    public required int Changed { get; init; }
}
