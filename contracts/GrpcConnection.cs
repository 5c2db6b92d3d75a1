using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>Which connection a gRPC request uses.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GrpcConnection>))]
public enum GrpcConnection
{
    /// <summary>A new one for each request, so that each begins with a first packet.</summary>
    [JsonStringEnumMemberName("new")]
    New,

    /// <summary>One for all: after its first packet conntrack spares all others the Service rules.</summary>
    [JsonStringEnumMemberName("kept-alive")]
    KeptAlive,
}
