using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>What a round-trip probe is, and what answers it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RoundTripMode>))]
public enum RoundTripMode
{
    /// <summary>A TCP SYN; the endpoint's kernel answers with SYN-ACK, or RST where nothing listens.</summary>
    [JsonStringEnumMemberName("tcp-syn")]
    TcpSyn,

    /// <summary>A UDP datagram that the endpoint sends back. The echo is a program, so its wake-up is in the figure.</summary>
    [JsonStringEnumMemberName("udp-echo")]
    UdpEcho,
}
