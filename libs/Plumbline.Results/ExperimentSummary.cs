using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>What a list of experiments tells of each.</summary>
public sealed record ExperimentSummary
{
    public required Guid ExperimentId { get; init; }

    public required string Name { get; init; }

    public required ExperimentState State { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public required string? Reason { get; init; }

    public required ExperimentSpec Spec { get; init; }

    /// <summary>Steps planned, both baseline arms included.</summary>
    public required int StepCount { get; init; }

    /// <summary>Trials planned, both baseline arms included.</summary>
    public required int TrialCount { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null when no end is recorded.</summary>
    public required DateTimeOffset? EndedAt { get; init; }
}
