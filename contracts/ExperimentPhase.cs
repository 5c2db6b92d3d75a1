using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>What an experiment is waiting for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExperimentPhase>))]
public enum ExperimentPhase
{
    /// <summary>Waiting for the experiments before it to end.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>Waiting for the step's rules.</summary>
    [JsonStringEnumMemberName("scaling")]
    Scaling,

    /// <summary>Waiting for a trial's results to be stored.</summary>
    [JsonStringEnumMemberName("measuring")]
    Measuring,

    /// <summary>Waiting for a step's percentiles to be computed again; a rerun's only.</summary>
    [JsonStringEnumMemberName("recomputing")]
    Recomputing,

    /// <summary>Waiting for everything to be removed; every experiment that was started goes through it.</summary>
    [JsonStringEnumMemberName("removing")]
    Removing,

    [JsonStringEnumMemberName("ended")]
    Ended,
}
