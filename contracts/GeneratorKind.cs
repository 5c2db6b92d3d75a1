using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>What sends the packets of one-way trials.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GeneratorKind>))]
public enum GeneratorKind
{
    /// <summary>pktgen for UDP where the kernel has it and nobody else uses it. Otherwise AF_PACKET.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>The kernel's own packet generator. It sends UDP only. Published comparisons use it.</summary>
    [JsonStringEnumMemberName("pktgen")]
    Pktgen,

    /// <summary>A socket that sends whole frames. Every kernel has it.</summary>
    [JsonStringEnumMemberName("af_packet")]
    AfPacket,
}
