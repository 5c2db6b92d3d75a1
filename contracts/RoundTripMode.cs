using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>Kind of probe packet, and what answers it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RoundTripMode>))]
public enum RoundTripMode
{
    /// <summary>A TCP SYN. The endpoint's kernel answers with SYN-ACK, or with RST when nothing listens.</summary>
    [JsonStringEnumMemberName("tcp-syn")]
    TcpSyn,

    /// <summary>A UDP datagram that a program at the endpoint sends back. The program's wake-up counts too.</summary>
    [JsonStringEnumMemberName("udp-echo")]
    UdpEcho,
}
