namespace Plumbline.DataPlanes.Tests;

/// <summary>The Service ports of tests/golden/kube-proxy/objects.yaml, and the one that every cluster has.</summary>
internal static class SavedObjects
{
    public static readonly KubeProxyNetwork Network = new() { NodeIp = "10.200.0.2" };

    private static readonly Dictionary<string, ServicePort> s_ports = new[]
    {
        Lat("a", ServiceProtocol.Tcp, "10.96.10.1", "10.244.0.11"),
        Lat("b", ServiceProtocol.Udp, "10.96.10.2", "10.244.0.12"),
        Lat("c", ServiceProtocol.Tcp, "10.96.10.3", "10.244.0.13", "10.244.0.14"),
        Lat("c", ServiceProtocol.Udp, "10.96.10.3", "10.244.0.13", "10.244.0.14"),
        Lat("d", ServiceProtocol.Udp, "10.96.10.4", "10.244.0.15", "10.244.0.16"),
        Lat("e", ServiceProtocol.Tcp, "10.96.10.5", "10.244.0.17"),
        Lat("noep", ServiceProtocol.Udp, "10.96.10.6"),
        Lat("noep", ServiceProtocol.Tcp, "10.96.10.6"),
        new(
            "default", "kubernetes", "https", Ipv4.Parse("10.96.0.1"), 443, ServiceProtocol.Tcp,
            [new Endpoint(Ipv4.Parse("10.200.0.1"), 6443)]),
    }.ToDictionary(port => port.FullName);

    /// <summary>All ports, in the order that kube-proxy happened to give the rules of a saved ruleset.</summary>
    public static IReadOnlyList<ServicePort> InOrderOf(string savedRules) => savedRules switch
    {
        SavedRules.IptablesLegacy =>
            Ordered("lat/a:tcp lat/b:udp lat/c:udp lat/d:udp lat/e:tcp lat/c:tcp default/kubernetes:https"),
        SavedRules.IptablesNft =>
            Ordered("lat/a:tcp lat/c:tcp lat/c:udp lat/e:tcp default/kubernetes:https lat/b:udp lat/d:udp"),
        _ => Ordered("lat/b:udp lat/c:udp lat/d:udp lat/e:tcp default/kubernetes:https lat/a:tcp lat/c:tcp"),
    };

    public static ServicePort Port(string fullName) => s_ports[fullName];

    private static ServicePort[] Ordered(string names) =>
        [.. $"{names} lat/noep:udp lat/noep:tcp".Split(' ').Select(Port)];

    private static ServicePort Lat(
        string name, ServiceProtocol protocol, string clusterIp, params string[] endpoints) => new(
        "lat", name, protocol.WireName(), Ipv4.Parse(clusterIp), 7000, protocol,
        [.. endpoints.Select(ip => new Endpoint(Ipv4.Parse(ip), 7001))]);
}
