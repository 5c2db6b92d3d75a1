using System.Text.RegularExpressions;

namespace Plumbline.DataPlanes;

/// <summary>
/// Counts the rules by which kube-proxy refuses packets to Services without endpoints. While there are any, kube-proxy is
/// not done: it has seen a Service but not yet its endpoints, or seen the endpoints go but not yet the Service.
/// </summary>
public static class RefusingRules
{
    private static readonly TimeSpan s_matchTimeout = TimeSpan.FromSeconds(10);

    /// <param name="listing">As iptables or nft prints rules, or more than these.</param>
    public static int Count(string listing, string serviceNamespace) => Regex.Count(
        listing,
        $"""
        "{Regex.Escape(serviceNamespace)}/[^"]*( has no endpoints"|" : (goto reject-chain|drop))
        """,
        RegexOptions.ExplicitCapture,
        s_matchTimeout);
}
