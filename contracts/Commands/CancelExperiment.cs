namespace Plumbline.Contracts;

/// <summary>Stops the experiment at once; what it created is removed.</summary>
public sealed record CancelExperiment
{
    public required Guid ExperimentId { get; init; }
}
