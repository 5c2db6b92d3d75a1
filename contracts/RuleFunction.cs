using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>The kernel's functions that evaluate rules, numbered as in bpf/rule_functions.h.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RuleFunction>))]
public enum RuleFunction
{
    /// <summary>Evaluates a table of iptables-legacy at one hook (module ip_tables).</summary>
    [JsonStringEnumMemberName("ipt_do_table")]
    IptDoTable,

    /// <summary>Evaluates a base chain of nftables or iptables-nft and all its jumps (module nf_tables).</summary>
    [JsonStringEnumMemberName("nft_do_chain")]
    NftDoChain,
}
