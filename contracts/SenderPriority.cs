using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>Priority of the thread that sends a trial's packets.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SenderPriority>))]
public enum SenderPriority
{
    /// <summary>As every other thread. Work of others on the CPU delays packets.</summary>
    [JsonStringEnumMemberName("normal")]
    Normal,

    /// <summary>Real-time (SCHED_FIFO): before all ordinary work on its CPU.</summary>
    [JsonStringEnumMemberName("fifo")]
    Fifo,
}
