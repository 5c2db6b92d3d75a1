namespace Plumbline.Contracts;

/// <summary>Nothing of the experiment is left on the node.</summary>
public sealed record ServicesRemoved
{
    public required Guid ExperimentId { get; init; }

    /// <inheritdoc cref="MeasureTrial.Run"/>
    public int Run { get; init; }
}
