using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>A stretch of time that a trial measures: of a packet's way through the node, of a round trip, or of a request.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Stage>))]
public enum Stage
{
    /// <summary>netif_receive_skb to fib_table_lookup: conntrack and nat PREROUTING, where kube-proxy's rules are.</summary>
    [JsonStringEnumMemberName("prerouting")]
    Prerouting,

    /// <summary>fib_table_lookup to net_dev_start_xmit: routing, FORWARD, POSTROUTING and neighbour output.</summary>
    [JsonStringEnumMemberName("forward-postrouting")]
    ForwardPostrouting,

    /// <summary>netif_receive_skb to net_dev_start_xmit: the whole way through the node.</summary>
    [JsonStringEnumMemberName("total")]
    Total,

    /// <summary>All calls of ipt_do_table and nft_do_chain for a packet, together: rules and nothing else.</summary>
    [JsonStringEnumMemberName("rule-functions")]
    RuleFunctions,

    /// <summary>From the sender's device to the sender's device, by kernel timestamps (SO_TIMESTAMPING, software).</summary>
    [JsonStringEnumMemberName("round-trip")]
    RoundTrip,

    /// <summary>The same round trips by the clock of the probing program: with its system calls, scheduling and pauses.</summary>
    [JsonStringEnumMemberName("round-trip-user-space")]
    RoundTripUserSpace,

    /// <summary>Application level: opening the TCP connection.</summary>
    [JsonStringEnumMemberName("grpc-connect")]
    GrpcConnect,

    /// <summary>Application level: from the request's start on the open connection to its answer, without the endpoint's own time.</summary>
    [JsonStringEnumMemberName("grpc-request")]
    GrpcRequest,

    /// <summary>Application level: the endpoint's own time, from a request's arrival at its code to the answer.</summary>
    [JsonStringEnumMemberName("grpc-worker")]
    GrpcWorker,

    /// <summary>
    /// Application level: from the time the request was due to its answer, so that a request that had to wait for its turn
    /// counts as long as its user would have waited.
    /// </summary>
    [JsonStringEnumMemberName("grpc-total")]
    GrpcTotal,
}
