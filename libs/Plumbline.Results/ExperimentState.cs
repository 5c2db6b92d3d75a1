using System.Text.Json.Serialization;

namespace Plumbline.Results;

/// <summary>How far an experiment got.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExperimentState>))]
public enum ExperimentState
{
    /// <summary>No end is recorded: it runs still, or was interrupted.</summary>
    [JsonStringEnumMemberName("started")]
    Started,

    /// <summary>Every planned trial was measured or given up.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}
