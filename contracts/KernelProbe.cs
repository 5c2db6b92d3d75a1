using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>How a one-way trial times the kernel's work for a packet.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KernelProbe>))]
public enum KernelProbe
{
    /// <summary>From one tracepoint of the packet's way to the next: conntrack and whatever else is there are in it.</summary>
    [JsonStringEnumMemberName("stage")]
    Stage,

    /// <summary>Each call of the kernel's functions that evaluate rules, and nothing beside them.</summary>
    [JsonStringEnumMemberName("function")]
    Function,
}
