using System.Text.RegularExpressions;
using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.Rules;

/// <summary>
/// Counts the rules by which kube-proxy refuses packets to Services without endpoints. A Service is among them while kube-proxy has seen
/// it but not yet its endpoints, and again when it has seen its endpoints go but not yet the Service: until they are
/// gone, kube-proxy is not done, and packets meet them.
/// </summary>
public static class EndpointlessRules
{
    private static readonly TimeSpan s_matchTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Of one namespace's Services, as the node's kernel has them now. Changes nothing.</summary>
    /// <exception cref="ToolException">The tool is missing, or failed otherwise than for want of such rules.</exception>
    public static async Task<int> CountAsync(NetworkNamespace node, DataPlane dataPlane, string serviceNamespace, CancellationToken token)
    {
        (string tool, string[] arguments) = dataPlane switch
        {
            DataPlane.IptablesLegacy => ("iptables-legacy", (string[])["-t", "filter", "-S", "KUBE-SERVICES"]),
            DataPlane.IptablesNft => ("iptables-nft", ["-t", "filter", "-S", "KUBE-SERVICES"]),
            DataPlane.Nftables => ("nft", ["list", "map", "ip", "kube-proxy", "no-endpoint-services"]),
            _ => throw new ArgumentOutOfRangeException(nameof(dataPlane), dataPlane, "has no rules"),
        };
        try
        {
            return Count(await Tool.RunAsync(node, tool, arguments, token: token), serviceNamespace);
        }
        catch (ToolException exception) when (exception.ExitCode == KernelServiceRules.NotThere)
        {
            return 0;
        }
    }

    /// <param name="listing">As iptables or nft prints rules, or more than these.</param>
    public static int Count(string listing, string serviceNamespace) => Regex.Count(
        listing,
        $"""
        "{Regex.Escape(serviceNamespace)}/[^"]*( has no endpoints"|" : (goto reject-chain|drop))
        """,
        RegexOptions.ExplicitCapture,
        s_matchTimeout);
}
