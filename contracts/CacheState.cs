using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>What the sending CPU's caches hold when a measured packet comes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CacheState>))]
public enum CacheState
{
    /// <summary>What the packets before it left: the rules and the kernel's code, as on a busy node.</summary>
    [JsonStringEnumMemberName("warm")]
    Warm,

    /// <summary>Other data, read between the packets: what a rare connection meets.</summary>
    [JsonStringEnumMemberName("cold")]
    Cold,
}
