namespace Plumbline.Contracts;

/// <summary>The request was refused and nothing was created. Names every wrong field.</summary>
public sealed record ExperimentRejected
{
    public required Guid ExperimentId { get; init; }

    public required IReadOnlyList<FieldError> Errors { get; init; }
}

/// <summary>One wrong field, named as in YAML and JSON, and what to write instead.</summary>
public sealed record FieldError
{
    public required string Field { get; init; }

    public required string Message { get; init; }
}
