namespace Plumbline.Contracts;

/// <summary>The experiment was planned and its first step begins.</summary>
public sealed record ExperimentStarted
{
    public required Guid ExperimentId { get; init; }

    public required ExperimentSpec Spec { get; init; }

    public required int StepCount { get; init; }

    public required int TrialCount { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
}
