using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>Transport protocol of a Service port. A Service with ports of both has two rules.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ServiceProtocol>))]
public enum ServiceProtocol
{
    [JsonStringEnumMemberName("udp")]
    Udp,

    [JsonStringEnumMemberName("tcp")]
    Tcp,
}
