using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.Rules;

/// <summary>Reads the Service rules that a node's kernel holds, with the tool of the data plane. Changes nothing.</summary>
public static class KernelServiceRules
{
    /// <summary>How iptables and nft end where there is no such chain or map.</summary>
    internal const int NotThere = 1;

    private const string JsonFlag = "-j";

    /// <exception cref="ToolException">The tool failed; also where the node has no such rules at all.</exception>
    /// <exception cref="FormatException">The tool printed something that is no Service rule.</exception>
    public static async Task<ServiceRuleSet> ReadAsync(NetworkNamespace node, DataPlane dataPlane, CancellationToken token)
    {
        (string tool, string[] arguments) = Listing(dataPlane);
        using StringReader reader = new(await Tool.RunAsync(node, tool, arguments, token: token));
        return dataPlane == DataPlane.Nftables ? ServiceRuleReader.FromNftables(reader) : ServiceRuleReader.FromIptables(reader);
    }

    /// <summary>One rule as the tool prints it for people.</summary>
    /// <exception cref="ToolException">The tool failed.</exception>
    /// <exception cref="InvalidOperationException">The rule is gone.</exception>
    public static async Task<string> ReadTextAsync(NetworkNamespace node, DataPlane dataPlane, ServiceRule rule, CancellationToken token)
    {
        (string tool, string[] arguments) = Listing(dataPlane);
        using StringReader reader = new(await Tool.RunAsync(node, tool, [.. arguments.Where(each => each != JsonFlag)], token: token));
        return ServiceRuleText.Find(reader, dataPlane, rule)
            ?? throw new InvalidOperationException($"the rule of {Ipv4.Format(rule.ClusterIp)}:{rule.Port} is gone");
    }

    private static (string Tool, string[] Arguments) Listing(DataPlane dataPlane) => dataPlane switch
    {
        DataPlane.IptablesLegacy => ("iptables-legacy", ["-t", "nat", "-S", "KUBE-SERVICES"]),
        DataPlane.IptablesNft => ("iptables-nft", ["-t", "nat", "-S", "KUBE-SERVICES"]),
        DataPlane.Nftables => ("nft", [JsonFlag, "list", "map", "ip", "kube-proxy", "service-ips"]),
        _ => throw new ArgumentOutOfRangeException(nameof(dataPlane), dataPlane, "has no rules"),
    };
}
