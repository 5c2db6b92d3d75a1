namespace Plumbline.Contracts;

/// <summary>The experiment's end is in the database, and with it everything before.</summary>
public sealed record ExperimentRecorded
{
    public required Guid ExperimentId { get; init; }
}
