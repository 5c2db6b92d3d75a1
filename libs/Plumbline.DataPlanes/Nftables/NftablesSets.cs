using Plumbline.Contracts;

namespace Plumbline.DataPlanes.Nftables;

/// <summary>Sets and maps of the table <c>ip kube-proxy</c>, with their elements.</summary>
internal static class NftablesSets
{
    /// <summary>Where a packet to a ClusterIP goes.</summary>
    public const string Services = "service-ips";

    /// <summary>Services without endpoints, to which packets are refused.</summary>
    public const string Refusing = "no-endpoint-services";

    private const int BatchSize = 500;
    private const string SocketKey = "ipv4_addr . inet_proto . inet_service";
    private const string SocketMap = SocketKey + " : verdict";
    private const string NodePortMap = "inet_proto . inet_service : verdict";

    /// <summary>Declares the sets and maps, without elements.</summary>
    public static void WriteDeclarations(TextWriter writer, NftablesDialect dialect)
    {
        if (dialect == NftablesDialect.V136)
        {
            Declare(writer, "set hairpin-connections", "ipv4_addr . " + SocketKey, "service hairpin connections");
        }

        Declare(writer, "set cluster-ips", "ipv4_addr", "Active ClusterIPs");
        Declare(writer, "set nodeport-ips", "ipv4_addr", "IPs that accept NodePort traffic");
        Declare(
            writer, "map " + Refusing, SocketMap, "vmap to drop or reject packets to services with no endpoints");
        Declare(
            writer,
            "map no-endpoint-nodeports",
            NodePortMap,
            "vmap to drop or reject packets to service nodeports with no endpoints");
        Declare(writer, "map firewall-ips", SocketMap, "destinations that are subject to LoadBalancerSourceRanges");
        Declare(writer, "map " + Services, SocketMap, "ClusterIP, ExternalIP and LoadBalancer IP traffic");
        Declare(writer, "map service-nodeports", NodePortMap, "NodePort traffic");
    }

    /// <summary>Fills them. The chains that elements go to must exist already.</summary>
    public static void WriteElements(
        TextWriter writer, IReadOnlyList<ServicePort> ports, KubeProxyNetwork network, NftablesDialect dialect)
    {
        if (dialect == NftablesDialect.V136)
        {
            Fill(writer, "hairpin-connections", Hairpins(ports, network));
        }

        Fill(writer, "cluster-ips", ports.Select(port => port.ClusterIp).Distinct().Select(Ipv4.Format));
        Fill(writer, "nodeport-ips", [network.NodeIp]);
        Fill(writer, Refusing, ports.Where(port => port.Endpoints.Count == 0)
            .Select(port => $"{Socket(port)} comment \"{port.FullName}\" : goto reject-chain"));
        Fill(writer, Services, ports.Where(port => port.Endpoints.Count > 0)
            .Select(port => $"{Socket(port)} : goto {NftablesChains.Service(port)}"));
    }

    /// <summary>An address, protocol and port as nft writes them in a key.</summary>
    public static string Socket(uint ip, ServiceProtocol protocol, int port) =>
        $"{Ipv4.Format(ip)} . {protocol.WireName()} . {port}";

    /// <summary>
    /// kube-proxy lists the endpoints on its own node. Endpoints here have no node, so every pod's address counts as
    /// the node's own, as in a cluster of one node.
    /// </summary>
    private static IEnumerable<string> Hairpins(IReadOnlyList<ServicePort> ports, KubeProxyNetwork network)
    {
        (uint first, uint last) = Ipv4.ParseCidr(network.PodCidr);
        return ports
            .SelectMany(port => port.Endpoints, (port, endpoint) => (endpoint.Ip, port.Protocol, endpoint.Port))
            .Where(each => each.Ip >= first && each.Ip <= last)
            .Distinct()
            .Select(each => $"{Ipv4.Format(each.Ip)} . {Socket(each.Ip, each.Protocol, each.Port)}");
    }

    private static string Socket(ServicePort port) => Socket(port.ClusterIp, port.Protocol, port.Port);

    private static void Declare(TextWriter writer, string kindAndName, string type, string comment) =>
        writer.Write($"\t{kindAndName} {{\n\t\ttype {type}\n\t\tcomment \"{comment}\"\n\t}}\n\n");

    /// <summary>One command for every <see cref="BatchSize"/> elements.</summary>
    private static void Fill(TextWriter writer, string name, IEnumerable<string> elements)
    {
        foreach (string[] batch in elements.Chunk(BatchSize))
        {
            writer.Write($"add element ip kube-proxy {name} {{ {string.Join(", ", batch)} }}\n");
        }
    }
}
