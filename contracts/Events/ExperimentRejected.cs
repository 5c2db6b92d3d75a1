namespace Plumbline.Contracts;

/// <summary>The request was refused and nothing was created. Names every bad field.</summary>
public sealed record ExperimentRejected
{
    public required Guid ExperimentId { get; init; }

    public required IReadOnlyList<FieldError> Errors { get; init; }
}

/// <summary>One bad field: its name as written in YAML and JSON, and what to write instead.</summary>
public sealed record FieldError
{
    public required string Field { get; init; }

    public required string Message { get; init; }
}
