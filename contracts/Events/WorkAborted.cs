namespace Plumbline.Contracts;

/// <summary>A worker stopped what it was doing for this experiment because the experiment was cancelled.</summary>
public sealed record WorkAborted
{
    public required Guid ExperimentId { get; init; }
}
