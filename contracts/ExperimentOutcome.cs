using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>How an experiment, or the rerun of one of its stages, ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExperimentOutcome>))]
public enum ExperimentOutcome
{
    [JsonStringEnumMemberName("completed")]
    Completed,

    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}
