namespace Plumbline.Contracts;

/// <summary>The database has the rerun's end and everything before it.</summary>
public sealed record RerunRecorded
{
    public required Guid RerunId { get; init; }

    public required Guid ExperimentId { get; init; }
}
