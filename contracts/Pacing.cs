using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>When the next probe packet leaves.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Pacing>))]
public enum Pacing
{
    /// <summary>By a schedule, whatever happened to earlier packets. The trial records how late it leaves.</summary>
    [JsonStringEnumMemberName("open-loop")]
    OpenLoop,

    /// <summary>After the answer to the one before, or its timeout. Slow answers lower the rate.</summary>
    [JsonStringEnumMemberName("ping-pong")]
    PingPong,
}
