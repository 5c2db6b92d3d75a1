namespace Plumbline.Contracts;

/// <summary>The rerun's end is in the database, and with it everything before.</summary>
public sealed record RerunRecorded
{
    public required Guid RerunId { get; init; }

    public required Guid ExperimentId { get; init; }
}
