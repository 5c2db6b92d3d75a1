using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>What a trial measures, and so which worker measures it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Measure>))]
public enum Measure
{
    /// <summary>The kernel's own work for a packet on its way through the node (node-probe).</summary>
    [JsonStringEnumMemberName("one-way")]
    OneWay,

    /// <summary>From a raw probe leaving the sender to its answer coming back, by kernel timestamps (rtt-probe).</summary>
    [JsonStringEnumMemberName("rtt")]
    RoundTrip,

    /// <summary>A gRPC request as an application sees it (rtt-probe). Application level: it contains both runtimes.</summary>
    [JsonStringEnumMemberName("grpc")]
    Grpc,
}
