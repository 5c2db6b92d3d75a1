namespace Plumbline.Contracts;

/// <summary>
/// Someone wants one stage of one step of an experiment that has ended done again. Answered by <see cref="RerunStarted"/> or
/// <see cref="RerunRejected"/>. What was recorded before stays; a new attempt that can be trusted counts in its place.
/// </summary>
public sealed record RerunRequested
{
    /// <summary>Names the rerun: asked for twice by the same id, it is done once.</summary>
    public required Guid RerunId { get; init; }

    public required Guid ExperimentId { get; init; }

    /// <summary>Index of the step, from 0.</summary>
    public required int Step { get; init; }

    public required RerunStage Stage { get; init; }
}
