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

public static class ProxyModes
{
    /// <summary>The mode in which kube-proxy writes such rules; null where there are none.</summary>
    public static ProxyMode? Mode(this DataPlane dataPlane) => dataPlane switch
    {
        DataPlane.IptablesLegacy or DataPlane.IptablesNft => ProxyMode.Iptables,
        DataPlane.Nftables => ProxyMode.Nftables,
        _ => null,
    };
}
