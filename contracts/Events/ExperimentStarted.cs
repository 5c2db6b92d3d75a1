using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>The experiment is planned and its first step begins.</summary>
public sealed record ExperimentStarted
{
    public required Guid ExperimentId { get; init; }

    public required ExperimentSpec Spec { get; init; }

    /// <summary>In the order of measurement.</summary>
    public required IReadOnlyList<StepDescription> Steps { get; init; }

    public required int TrialCount { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
}

/// <summary>What a step of the plan is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepRole>))]
public enum StepRole
{
    /// <summary>The baseline before its block.</summary>
    [JsonStringEnumMemberName("first-baseline")]
    FirstBaseline,

    /// <summary>The experiment's Services.</summary>
    [JsonStringEnumMemberName("services")]
    Services,

    /// <summary>The baseline after its block.</summary>
    [JsonStringEnumMemberName("last-baseline")]
    LastBaseline,
}

/// <summary>One step of the plan: a ruleset and the trials on it.</summary>
public sealed record StepDescription
{
    /// <summary>Index of the step, from 0.</summary>
    public required int Step { get; init; }

    /// <summary>Index of its block, from 0: the steps between one pair of baselines.</summary>
    public required int Block { get; init; }

    /// <summary>Index of the step's build among those of its cell, from 0.</summary>
    public int Build { get; init; }

    public required StepRole Role { get; init; }

    /// <summary>What all trials of the step have in common.</summary>
    public required Cell Cell { get; init; }

    public required IReadOnlyList<DataPlane> DataPlanes { get; init; }

    /// <summary>kube-proxy's mode. Null when the experiment leaves it alone.</summary>
    public ProxyMode? ProxyMode { get; init; }

    public required int TrialCount { get; init; }
}
