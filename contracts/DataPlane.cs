using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>
/// Where the Service rules live in the kernel. "kube-proxy mode" names only two of these: its iptables mode writes
/// <see cref="IptablesLegacy"/> or <see cref="IptablesNft"/> depending on which iptables binary the node has.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<DataPlane>))]
public enum DataPlane
{
    /// <summary>The baseline arm: a node without any rule, packets go straight to the endpoint.</summary>
    [JsonStringEnumMemberName("no-rules")]
    NoRules,

    /// <summary>ip_tables, evaluated by <c>ipt_do_table</c>.</summary>
    [JsonStringEnumMemberName("iptables-legacy")]
    IptablesLegacy,

    /// <summary>The same linear rules in nf_tables, evaluated by <c>nft_do_chain</c> through nft_compat.</summary>
    [JsonStringEnumMemberName("iptables-nft")]
    IptablesNft,

    /// <summary>kube-proxy's nftables mode: one verdict-map lookup.</summary>
    [JsonStringEnumMemberName("nftables")]
    Nftables,
}
