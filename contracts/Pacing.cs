using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>When the next probe leaves.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Pacing>))]
public enum Pacing
{
    /// <summary>By a schedule, whatever became of the probes before; how late it left is recorded.</summary>
    [JsonStringEnumMemberName("open-loop")]
    OpenLoop,

    /// <summary>When the one before was answered or timed out: never two at once. Slow answers lower the rate.</summary>
    [JsonStringEnumMemberName("ping-pong")]
    PingPong,
}
