using System.Text.Json.Serialization;

namespace Plumbline.Store;

/// <summary>How far an experiment got, by its records.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecordedState>))]
public enum RecordedState
{
    /// <summary>No end is recorded: the experiment is still running, or was interrupted.</summary>
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
