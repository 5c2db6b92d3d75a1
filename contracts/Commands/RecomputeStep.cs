namespace Plumbline.Contracts;

/// <summary>
/// Computes the percentiles of a step's attempts again from their stored histograms. <see cref="StepRecomputed"/>
/// answers.
/// </summary>
public sealed record RecomputeStep
{
    public required Guid ExperimentId { get; init; }

    /// <inheritdoc cref="RerunStarted.Run"/>
    public required int Run { get; init; }

    public required int Step { get; init; }
}
