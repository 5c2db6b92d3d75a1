namespace Plumbline.Contracts;

/// <summary>Stops the experiment at once and removes everything it created.</summary>
public sealed record CancelExperiment
{
    public required Guid ExperimentId { get; init; }
}
