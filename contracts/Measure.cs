using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>What a trial measures. It decides which worker measures the trial.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Measure>))]
public enum Measure
{
    /// <summary>The kernel's own work for a packet on its way through the node (node-probe).</summary>
    [JsonStringEnumMemberName("one-way")]
    OneWay,

    /// <summary>From a probe packet that leaves the sender to its answer, by kernel timestamps (rtt-probe).</summary>
    [JsonStringEnumMemberName("rtt")]
    RoundTrip,

    /// <summary>A gRPC request as an application sees it, with both runtimes (rtt-probe).</summary>
    [JsonStringEnumMemberName("grpc")]
    Grpc,
}
