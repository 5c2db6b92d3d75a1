using Plumbline.Contracts;

namespace Plumbline.DataPlanes.Nftables;

/// <summary>
/// The rules of kube-proxy's nftables mode as a script for <c>nft -f</c>. Written the way <c>nft list</c> prints them,
/// so that they can be compared with a saved ruleset.
/// </summary>
public static class NftablesRules
{
    /// <summary>
    /// Writes a script that replaces the table <c>ip kube-proxy</c> in one transaction. When the kernel binds an
    /// anonymous map, it walks through the whole transaction so far. So chains with such maps come first, while it is
    /// short. Only the deletion of an old table precedes them, which makes replacing a large table slower than creating
    /// one.
    /// </summary>
    /// <param name="writer">Gets lines that end with a line feed.</param>
    /// <param name="ports">In the order of their chains, which a packet does not notice.</param>
    /// <param name="network">The cluster's addresses.</param>
    /// <param name="dialect">The shape of the rules.</param>
    /// <param name="carriesAnonymousMap">
    /// Whether the port's chain picks its endpoint through an anonymous map, as kube-proxy's do. Other chains translate
    /// to the first endpoint. Loading time grows with the square of the number of maps: a thousand are fine, ten
    /// thousand are not.
    /// </param>
    public static void WriteNft(
        TextWriter writer, IReadOnlyList<ServicePort> ports, KubeProxyNetwork network, NftablesDialect dialect,
        Func<ServicePort, bool> carriesAnonymousMap)
    {
        ILookup<bool, ServicePort> byMap = ports.Where(port => port.Endpoints.Count > 0).ToLookup(carriesAnonymousMap);

        // nft cannot delete a table that does not exist, so add it first.
        writer.Write("add table ip kube-proxy\ndelete table ip kube-proxy\n");
        writer.Write("table ip kube-proxy {\n\tcomment \"rules for kube-proxy\"\n");
        NftablesSets.WriteDeclarations(writer, dialect);
        WriteBase(writer, network, dialect);
        WritePorts(writer, byMap[true], network, dialect, anonymousMap: true);
        writer.Write("}\n");

        // A block of its own: nft creates all chains of a block before the first rule of any.
        writer.Write("table ip kube-proxy {\n");
        WritePorts(writer, byMap[false], network, dialect, anonymousMap: false);
        writer.Write("}\n");
        NftablesSets.WriteElements(writer, ports, network, dialect);
    }

    private static void WriteBase(TextWriter writer, KubeProxyNetwork network, NftablesDialect dialect)
    {
        writer.Write(NftablesText.BaseChains);
        WriteServices(writer, network, dialect);
        writer.Write(dialect == NftablesDialect.V136 ? NftablesText.MasqueradingV136 : NftablesText.MasqueradingV135);
        WriteChain(
            writer,
            "cluster-ips-check",
            "ip daddr @cluster-ips reject comment \"Reject traffic to invalid ports of ClusterIPs\"",
            $"ip daddr {network.ServiceCidr} drop comment \"Drop traffic to unallocated ClusterIPs\"");
        if (dialect == NftablesDialect.V135)
        {
            writer.Write(NftablesText.MarkForMasquerade);
        }

        writer.Write(NftablesText.RejectChain);
    }

    private static void WritePorts(
        TextWriter writer,
        IEnumerable<ServicePort> ports,
        KubeProxyNetwork network,
        NftablesDialect dialect,
        bool anonymousMap)
    {
        foreach (ServicePort port in ports)
        {
            if (dialect == NftablesDialect.V136)
            {
                WriteServiceV136(writer, port, anonymousMap);
            }
            else
            {
                WriteServiceV135(writer, port, network, anonymousMap);
            }
        }
    }

    private static void WriteServices(TextWriter writer, KubeProxyNetwork network, NftablesDialect dialect)
    {
        const string Dispatch = "ip daddr . meta l4proto . th dport vmap @service-ips";
        const string NodePorts = "ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports";
        if (dialect == NftablesDialect.V136)
        {
            string mark = $"ip daddr @cluster-ips ip saddr != {network.PodCidr} meta mark set meta mark | 0x00004000"
                + " comment \"masquerade clusterIP traffic from outside cluster\"";
            WriteChain(writer, "services", mark, Dispatch, NodePorts);
        }
        else
        {
            WriteChain(writer, "services", Dispatch, NodePorts);
        }
    }

    private static void WriteServiceV136(TextWriter writer, ServicePort port, bool anonymousMap)
    {
        string target = anonymousMap
            ? Pick("map", port, each => $"{Ipv4.Format(each.Ip)} . {each.Port}")
            : port.Endpoints[0].ToString();
        WriteChain(
            writer, NftablesChains.Service(port), $"meta l4proto {port.Protocol.WireName()} dnat ip to {target}");
    }

    private static void WriteServiceV135(
        TextWriter writer, ServicePort port, KubeProxyNetwork network, bool anonymousMap)
    {
        string protocol = port.Protocol.WireName();
        foreach (Endpoint endpoint in anonymousMap ? port.Endpoints : port.Endpoints.Take(1))
        {
            WriteChain(
                writer,
                NftablesChains.Endpoint(port, endpoint),
                $"ip saddr {Ipv4.Format(endpoint.Ip)} jump mark-for-masquerade",
                $"meta l4proto {protocol} dnat to {endpoint}");
        }

        WriteChain(
            writer,
            NftablesChains.Service(port),
            $"ip daddr {Ipv4.Format(port.ClusterIp)} {protocol} dport {port.Port}"
                + $" ip saddr != {network.PodCidr} jump mark-for-masquerade",
            anonymousMap ? Pick("vmap", port, GoTo) : GoTo(port.Endpoints[0]));

        string GoTo(Endpoint endpoint) => $"goto {NftablesChains.Endpoint(port, endpoint)}";
    }

    /// <summary>As <c>numgen random mod 2 map { 0 : first, 1 : second }</c>.</summary>
    private static string Pick(string kind, ServicePort port, Func<Endpoint, string> target)
    {
        string elements = string.Join(", ", port.Endpoints.Select((endpoint, i) => $"{i} : {target(endpoint)}"));
        return $"numgen random mod {port.Endpoints.Count} {kind} {{ {elements} }}";
    }

    private static void WriteChain(TextWriter writer, string name, params ReadOnlySpan<string> rules)
    {
        writer.Write($"\tchain {name} {{\n");
        foreach (string rule in rules)
        {
            writer.Write($"\t\t{rule}\n");
        }

        writer.Write("\t}\n\n");
    }
}
