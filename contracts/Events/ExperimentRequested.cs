namespace Plumbline.Contracts;

/// <summary>
/// Asks for an experiment. <see cref="ExperimentStarted"/> or <see cref="ExperimentRejected"/> answers.
/// </summary>
public sealed record ExperimentRequested
{
    public required Guid ExperimentId { get; init; }

    public required ExperimentSpec Spec { get; init; }
}
