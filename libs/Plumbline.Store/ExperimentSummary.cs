using Plumbline.Contracts;

namespace Plumbline.Store;

/// <summary>One experiment in a list of experiments.</summary>
public sealed record ExperimentSummary
{
    public required Guid ExperimentId { get; init; }

    public required string Name { get; init; }

    public required RecordedState State { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public required string? Reason { get; init; }

    public required ExperimentSpec Spec { get; init; }

    /// <summary>Planned steps with their baselines, in the order in which they are measured.</summary>
    public required IReadOnlyList<StepDescription> Steps { get; init; }

    /// <summary>Planned trials, those of baselines included.</summary>
    public required int TrialCount { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null when no end is recorded.</summary>
    public required DateTimeOffset? EndedAt { get; init; }
}
