namespace Plumbline.Contracts;

/// <summary>Removes everything that the experiment created. <see cref="ServicesRemoved"/> answers.</summary>
public sealed record RemoveServices
{
    public required Guid ExperimentId { get; init; }

    /// <inheritdoc cref="MeasureTrial.Run"/>
    public int Run { get; init; }
}
