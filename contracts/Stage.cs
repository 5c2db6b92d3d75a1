using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>A stretch of the packet's way through the node, between two kernel tracepoints.</summary>
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
}
