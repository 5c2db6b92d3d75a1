using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>The mode that kube-proxy is told to work in. What its iptables mode writes to, the node's iptables decides.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProxyMode>))]
public enum ProxyMode
{
    [JsonStringEnumMemberName("iptables")]
    Iptables,

    [JsonStringEnumMemberName("nftables")]
    Nftables,
}
