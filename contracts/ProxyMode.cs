using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>
/// The mode in kube-proxy's configuration. In mode iptables the node's iptables decides which data plane holds the
/// rules.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProxyMode>))]
public enum ProxyMode
{
    [JsonStringEnumMemberName("iptables")]
    Iptables,

    [JsonStringEnumMemberName("nftables")]
    Nftables,
}
