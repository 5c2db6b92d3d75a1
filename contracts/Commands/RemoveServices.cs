namespace Plumbline.Contracts;

/// <summary>Removes everything that was created for the experiment. Answered by <see cref="ServicesRemoved"/>.</summary>
public sealed record RemoveServices
{
    public required Guid ExperimentId { get; init; }

    /// <summary>0 for the experiment itself, then 1, 2 … for each rerun of a stage of it.</summary>
    public int Run { get; init; }
}
