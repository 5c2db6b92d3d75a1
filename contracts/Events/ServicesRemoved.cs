namespace Plumbline.Contracts;

/// <summary>Nothing of the experiment is left on the node.</summary>
public sealed record ServicesRemoved
{
    public required Guid ExperimentId { get; init; }

    /// <summary>0 for the experiment itself, then 1, 2 … for each rerun of a stage of it.</summary>
    public int Run { get; init; }
}
