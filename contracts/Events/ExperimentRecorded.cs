namespace Plumbline.Contracts;

/// <summary>The database has the experiment's end and everything before it.</summary>
public sealed record ExperimentRecorded
{
    public required Guid ExperimentId { get; init; }
}
