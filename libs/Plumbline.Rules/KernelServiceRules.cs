using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.Rules;

/// <summary>Reads the Service rules that a node's kernel holds, with the tool of the data plane. Changes nothing.</summary>
public static class KernelServiceRules
{
    /// <exception cref="ToolException">The tool failed; also where the node has no such rules at all.</exception>
    /// <exception cref="FormatException">The tool printed something that is no Service rule.</exception>
    public static async Task<ServiceRuleSet> ReadAsync(NetworkNamespace node, DataPlane dataPlane, CancellationToken token)
    {
        (string tool, string[] arguments) = dataPlane switch
        {
            DataPlane.IptablesLegacy => ("iptables-legacy", new[] { "-t", "nat", "-S", "KUBE-SERVICES" }),
            DataPlane.IptablesNft => ("iptables-nft", ["-t", "nat", "-S", "KUBE-SERVICES"]),
            DataPlane.Nftables => ("nft", ["-j", "list", "map", "ip", "kube-proxy", "service-ips"]),
            _ => throw new ArgumentOutOfRangeException(nameof(dataPlane), dataPlane, "has no rules"),
        };
        using StringReader reader = new(await Tool.RunAsync(node, tool, arguments, token: token));
        return dataPlane == DataPlane.Nftables ? ServiceRuleReader.FromNftables(reader) : ServiceRuleReader.FromIptables(reader);
    }
}
