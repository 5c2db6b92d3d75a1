using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>The kernel's functions that evaluate rules, numbered as in bpf/rule_functions.h.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RuleFunction>))]
public enum RuleFunction
{
    /// <summary>A table of iptables-legacy at one hook (module ip_tables).</summary>
    [JsonStringEnumMemberName("ipt_do_table")]
    IptDoTable,

    /// <summary>A base chain of nf_tables and all that it jumps to: nftables, and iptables-nft (module nf_tables).</summary>
    [JsonStringEnumMemberName("nft_do_chain")]
    NftDoChain,
}
