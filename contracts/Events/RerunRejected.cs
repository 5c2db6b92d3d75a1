namespace Plumbline.Contracts;

/// <summary>The rerun was refused and nothing changed.</summary>
public sealed record RerunRejected
{
    public required Guid RerunId { get; init; }

    public required Guid ExperimentId { get; init; }

    public required IReadOnlyList<FieldError> Errors { get; init; }
}
