using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>What an experiment waits for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExperimentPhase>))]
public enum ExperimentPhase
{
    /// <summary>The end of the experiments before it.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>The step's rules.</summary>
    [JsonStringEnumMemberName("scaling")]
    Scaling,

    /// <summary>A trial's results in the database.</summary>
    [JsonStringEnumMemberName("measuring")]
    Measuring,

    /// <summary>A step's percentiles, computed again. Only a rerun waits for that.</summary>
    [JsonStringEnumMemberName("recomputing")]
    Recomputing,

    /// <summary>The removal of everything it created. Every experiment that started goes through this phase.</summary>
    [JsonStringEnumMemberName("removing")]
    Removing,

    [JsonStringEnumMemberName("ended")]
    Ended,
}
