namespace Plumbline.DataPlanes.Tests;

/// <summary>Service ports made up for a test, and rules written for them.</summary>
internal static class Some
{
    private static readonly uint s_firstClusterIp = Ipv4.Parse("10.96.0.10");
    private static readonly uint s_firstEndpointIp = Ipv4.Parse("10.244.0.11");

    /// <summary>Services, each with a UDP and a TCP port, in a random order that the seed decides.</summary>
    public static IReadOnlyList<ServicePort> ShuffledPorts(int services, int endpoints = 1, int seed = 1)
    {
        ServicePort[] ports =
        [
            .. from service in Enumerable.Range(0, services)
               from protocol in Enum.GetValues<ServiceProtocol>()
               select Port(service, endpoints, protocol),
        ];
        new Random(seed).Shuffle(ports);
        return ports;
    }

    public static ServicePort Port(
        int service, int endpoints = 1, ServiceProtocol protocol = ServiceProtocol.Udp) => new(
        "some", $"service-{service}", protocol.WireName(), s_firstClusterIp + (uint)service, 7000, protocol,
        [.. Enumerable.Range(0, endpoints).Select(i => new Endpoint(s_firstEndpointIp + (uint)i, 7001))]);

    /// <summary>The rule that the kernel holds for a port.</summary>
    public static ServiceRule Rule(ServicePort port, int index) =>
        new(index, port.ClusterIp, port.Port, port.Protocol, port.Namespace, port.Name);

    public static string IptablesText(params IReadOnlyList<ServicePort> ports)
    {
        using StringWriter writer = new();
        IptablesRules.WriteRestore(writer, ports, SavedObjects.Network);
        return writer.ToString();
    }

    public static string NftablesText(
        IReadOnlyList<ServicePort> ports, NftablesDialect dialect, bool anonymousMaps = true)
    {
        using StringWriter writer = new();
        NftablesRules.WriteNft(writer, ports, SavedObjects.Network, dialect, _ => anonymousMaps);
        return writer.ToString();
    }
}
