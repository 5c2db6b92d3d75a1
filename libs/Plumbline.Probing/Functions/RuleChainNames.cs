using Plumbline.Contracts;

namespace Plumbline.Probing.Functions;

/// <summary>Translates the kernel's numbers of hooks and families to nft's words. Pure.</summary>
public static class RuleChainNames
{
    private const int Netdev = 5;

    /// <summary>enum nf_inet_hooks. Bridges use the same numbers.</summary>
    private static readonly string[] s_hooks = ["prerouting", "input", "forward", "output", "postrouting", "ingress"];

    private static readonly string[] s_netdevHooks = ["ingress", "egress"];

    /// <summary>NFPROTO_… of include/uapi/linux/netfilter.h.</summary>
    private static readonly Dictionary<uint, string> s_families = new()
    {
        [1] = "inet",
        [2] = "ip",
        [3] = "arp",
        [Netdev] = "netdev",
        [7] = "bridge",
        [10] = "ip6",
    };

    /// <param name="family">The hook's family.</param>
    /// <param name="tableFamily">The family of an nf_tables table.</param>
    public static RuleChain Of(
        RuleFunction function, int hook, uint family, uint tableFamily, string table, string chain)
    {
        string[] hooks = family == Netdev ? s_netdevHooks : s_hooks;
        string familyName = s_families.GetValueOrDefault(tableFamily, $"family-{tableFamily}");
        return new RuleChain(
            function,
            hook < hooks.Length ? hooks[hook] : $"hook-{hook}",
            function == RuleFunction.IptDoTable ? table : $"{familyName} {table}",
            chain);
    }
}
