using Plumbline.Contracts;

namespace Plumbline.DataPlanes;

/// <summary>
/// Reads the ClusterIP rules that a node's kernel holds from what iptables and nft print. Only rules that lead to a Service's
/// own chain count: NodePorts, external and load-balancer addresses are no measured targets.
/// </summary>
public static partial class ServiceRuleReader
{
    private static ServiceProtocol ParseProtocol(string? text, Func<string, FormatException> error) =>
        WireNames.TryParse(text, out ServiceProtocol protocol) ? protocol : throw error($"protocol '{text}' is neither udp nor tcp");

    private static uint ParseIp(ReadOnlySpan<char> text, Func<string, FormatException> error) =>
        Ipv4.TryParse(text, out uint ip) ? ip : throw error($"'{text}' is not an IPv4 address");
}
