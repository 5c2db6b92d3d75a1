namespace Plumbline.Contracts;

/// <summary>Removes everything that was created for the experiment. Answered by <see cref="ServicesRemoved"/>.</summary>
public sealed record RemoveServices
{
    public required Guid ExperimentId { get; init; }
}
