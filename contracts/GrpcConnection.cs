using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>Which connection a gRPC request uses.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GrpcConnection>))]
public enum GrpcConnection
{
    /// <summary>A new one for each request, so each request begins with a first packet.</summary>
    [JsonStringEnumMemberName("new")]
    New,

    /// <summary>One for all. After its first packet, conntrack skips the Service rules.</summary>
    [JsonStringEnumMemberName("kept-alive")]
    KeptAlive,
}
