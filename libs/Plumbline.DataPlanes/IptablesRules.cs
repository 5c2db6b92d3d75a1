using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.DataPlanes;

/// <summary>
/// The rules of kube-proxy's iptables mode (1.26 to 1.36), as input for iptables-legacy-restore and iptables-nft-restore.
/// Written the way iptables-save prints them, so that they can be compared with a saved ruleset line by line.
/// </summary>
public static class IptablesRules
{
    /// <summary>With more endpoints than this over all ports, kube-proxy leaves the comments out of the endpoints' rules.</summary>
    public const int LargeClusterEndpoints = 1_000;

    /// <summary>
    /// Writes the tables mangle, filter and nat. Without <c>--noflush</c>, restoring replaces what was in them, each table
    /// at once.
    /// </summary>
    /// <param name="writer">Gets lines that end with a line feed.</param>
    /// <param name="portsInChainOrder">
    /// Ports in the order of their rules in KUBE-SERVICES: in nat those that have endpoints, in filter those that have none.
    /// </param>
    /// <param name="network">The cluster's addresses.</param>
    public static void WriteRestore(TextWriter writer, IReadOnlyList<ServicePort> portsInChainOrder, KubeProxyNetwork network)
    {
        long endpoints = portsInChainOrder.Sum(port => (long)port.Endpoints.Count);
        bool withComments = endpoints <= LargeClusterEndpoints;

        writer.Write(IptablesText.Mangle);
        writer.Write(IptablesText.FilterStart);
        foreach (ServicePort port in portsInChainOrder.Where(port => port.Endpoints.Count == 0))
        {
            writer.Write($"-A KUBE-SERVICES {Destination(port)} {Match(port, "has no endpoints")} -j REJECT --reject-with icmp-port-unreachable\n");
        }

        writer.Write(IptablesText.Commit);
        WriteNat(writer, [.. portsInChainOrder.Where(port => port.Endpoints.Count > 0)], network, withComments);
    }

    private static void WriteNat(TextWriter writer, List<ServicePort> ports, KubeProxyNetwork network, bool withComments)
    {
        writer.Write(IptablesText.NatChains);
        foreach (ServicePort port in ports)
        {
            writer.Write($":{ChainNames.IptablesService(port)} - [0:0]\n");
            foreach (Endpoint endpoint in port.Endpoints)
            {
                writer.Write($":{ChainNames.IptablesEndpoint(port, endpoint)} - [0:0]\n");
            }
        }

        writer.Write(IptablesText.NatRules);
        foreach (ServicePort port in ports)
        {
            writer.Write($"-A KUBE-SERVICES {Destination(port)} {Match(port, "cluster IP")} -j {ChainNames.IptablesService(port)}\n");
        }

        writer.Write(IptablesText.NodePortsRule);
        foreach (ServicePort port in ports)
        {
            WriteServiceChain(writer, port, network, withComments);
        }

        writer.Write(IptablesText.Commit);
    }

    /// <summary>The KUBE-SVC chain, which picks an endpoint at random, and a KUBE-SEP chain for each.</summary>
    private static void WriteServiceChain(TextWriter writer, ServicePort port, KubeProxyNetwork network, bool withComments)
    {
        string protocol = port.Protocol.WireName();
        string serviceChain = ChainNames.IptablesService(port);
        string endpointComment = withComments ? $" -m comment --comment \"{port.FullName}\"" : "";

        writer.Write($"-A {serviceChain} ! -s {network.PodCidr} {Destination(port)} {Match(port, "cluster IP")} -j KUBE-MARK-MASQ\n");
        for (int i = 0; i < port.Endpoints.Count; i++)
        {
            Endpoint endpoint = port.Endpoints[i];
            string endpointChain = ChainNames.IptablesEndpoint(port, endpoint);
            string comment = withComments ? $" -m comment --comment \"{port.FullName} -> {endpoint}\"" : "";

            writer.Write($"-A {serviceChain}{comment}{Chance(port.Endpoints.Count - i)} -j {endpointChain}\n");
            writer.Write($"-A {endpointChain} -s {Ipv4.Format(endpoint.Ip)}/32{endpointComment} -j KUBE-MARK-MASQ\n");
            writer.Write($"-A {endpointChain} -p {protocol}{endpointComment} -m {protocol} -j DNAT --to-destination {endpoint}\n");
        }
    }

    /// <summary>The first of <paramref name="remaining"/> endpoints takes 1 in that many packets; the last takes all that are left.</summary>
    private static string Chance(int remaining) => remaining == 1
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $" -m statistic --mode random --probability {1.0 / remaining:F10}");

    private static string Destination(ServicePort port) => $"-d {Ipv4.Format(port.ClusterIp)}/32 -p {port.Protocol.WireName()}";

    private static string Match(ServicePort port, string what) =>
        $"-m comment --comment \"{port.FullName} {what}\" -m {port.Protocol.WireName()} --dport {port.Port}";
}
