namespace Plumbline.Contracts;

/// <summary>
/// Asks to repeat one stage of one step of an ended experiment. <see cref="RerunStarted"/> or
/// <see cref="RerunRejected"/> answers. All earlier records stay. A new accepted attempt replaces the earlier ones.
/// </summary>
public sealed record RerunRequested
{
    /// <summary>Names the rerun. Two requests with the same id are one rerun.</summary>
    public required Guid RerunId { get; init; }

    public required Guid ExperimentId { get; init; }

    /// <summary>Index of the step, from 0.</summary>
    public required int Step { get; init; }

    public required RerunStage Stage { get; init; }
}
