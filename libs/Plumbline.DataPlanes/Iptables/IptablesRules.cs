using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.DataPlanes.Iptables;

/// <summary>
/// The rules of kube-proxy's iptables mode (1.26 to 1.36) as input for iptables-restore. Written the way iptables-save
/// prints them, so that they can be compared with a saved ruleset line by line.
/// </summary>
internal static class IptablesRules
{
    /// <summary>Above this sum of endpoints, kube-proxy omits the comments in the endpoints' rules.</summary>
    public const int LargeClusterEndpoints = 1_000;

    public const string RefusingComment = "has no endpoints";

    /// <summary>
    /// Writes the tables mangle, filter and nat. Without <c>--noflush</c>, restoring replaces all of a table at once.
    /// </summary>
    /// <param name="writer">Gets lines that end with a line feed.</param>
    /// <param name="ports">
    /// In the order of their rules in KUBE-SERVICES: of nat if they have endpoints, of filter if they have none.
    /// </param>
    /// <param name="network">The cluster's addresses.</param>
    public static void WriteRestore(TextWriter writer, IReadOnlyList<ServicePort> ports, KubeProxyNetwork network)
    {
        long endpoints = ports.Sum(port => (long)port.Endpoints.Count);
        bool withComments = endpoints <= LargeClusterEndpoints;

        writer.Write(IptablesText.Mangle);
        writer.Write(IptablesText.FilterStart);
        foreach (ServicePort port in ports.Where(port => port.Endpoints.Count == 0))
        {
            writer.Write($"{ServicesRule(port, RefusingComment)} -j REJECT --reject-with icmp-port-unreachable\n");
        }

        writer.Write(IptablesText.Commit);
        WriteNat(writer, [.. ports.Where(port => port.Endpoints.Count > 0)], network, withComments);
    }

    /// <summary>How a rule names a Service's address, without its port.</summary>
    public static string Destination(uint clusterIp, ServiceProtocol protocol) =>
        $"-d {Ipv4.Format(clusterIp)}/32 -p {protocol.WireName()}";

    private static void WriteNat(
        TextWriter writer, List<ServicePort> ports, KubeProxyNetwork network, bool withComments)
    {
        writer.Write(IptablesText.NatChains);
        foreach (ServicePort port in ports)
        {
            writer.Write($":{IptablesChains.Service(port)} - [0:0]\n");
            foreach (Endpoint endpoint in port.Endpoints)
            {
                writer.Write($":{IptablesChains.Endpoint(port, endpoint)} - [0:0]\n");
            }
        }

        writer.Write(IptablesText.NatRules);
        foreach (ServicePort port in ports)
        {
            writer.Write($"{ServicesRule(port, "cluster IP")} -j {IptablesChains.Service(port)}\n");
        }

        writer.Write(IptablesText.NodePortsRule);
        foreach (ServicePort port in ports)
        {
            WriteServiceChain(writer, port, network, withComments);
        }

        writer.Write(IptablesText.Commit);
    }

    /// <summary>The KUBE-SVC chain, which picks an endpoint at random, and a KUBE-SEP chain for each.</summary>
    private static void WriteServiceChain(
        TextWriter writer, ServicePort port, KubeProxyNetwork network, bool withComments)
    {
        string protocol = port.Protocol.WireName();
        string serviceChain = IptablesChains.Service(port);
        string endpointComment = withComments ? $" -m comment --comment \"{port.FullName}\"" : "";

        string match = $"{Destination(port)} {Match(port, "cluster IP")}";
        writer.Write($"-A {serviceChain} ! -s {network.PodCidr} {match} -j KUBE-MARK-MASQ\n");
        for (int i = 0; i < port.Endpoints.Count; i++)
        {
            Endpoint endpoint = port.Endpoints[i];
            string endpointChain = IptablesChains.Endpoint(port, endpoint);
            string comment = withComments ? $" -m comment --comment \"{port.FullName} -> {endpoint}\"" : "";

            writer.Write($"-A {serviceChain}{comment}{Chance(port.Endpoints.Count - i)} -j {endpointChain}\n");
            writer.Write($"-A {endpointChain} -s {Ipv4.Format(endpoint.Ip)}/32{endpointComment} -j KUBE-MARK-MASQ\n");
            writer.Write($"-A {endpointChain} -p {protocol}{endpointComment} -m {protocol}");
            writer.Write($" -j DNAT --to-destination {endpoint}\n");
        }
    }

    /// <summary>
    /// The first of <paramref name="remaining"/> endpoints takes 1 in that many packets. The last takes all others.
    /// </summary>
    private static string Chance(int remaining) => remaining == 1
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture, $" -m statistic --mode random --probability {1.0 / remaining:F10}");

    private static string ServicesRule(ServicePort port, string comment) =>
        $"-A KUBE-SERVICES {Destination(port)} {Match(port, comment)}";

    private static string Destination(ServicePort port) => Destination(port.ClusterIp, port.Protocol);

    private static string Match(ServicePort port, string comment) =>
        $"-m comment --comment \"{port.FullName} {comment}\" -m {port.Protocol.WireName()} --dport {port.Port}";
}
