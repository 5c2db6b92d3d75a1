namespace Plumbline.Contracts;

/// <summary>How TCP and UDP share the Services' ports of a step. Pure.</summary>
public static class ProtocolMix
{
    /// <summary>The share, in percent, with which every port is TCP.</summary>
    public const int AllTcp = 100;

    /// <summary>
    /// The protocol of a port. TCP ports are spread evenly, and a larger step begins with the ports of a smaller one.
    /// </summary>
    /// <param name="port">Number of the port among all of the step's, Service by Service, from 0.</param>
    public static ServiceProtocol ProtocolOf(long port, int tcpShare) =>
        CountTcp(port + 1, tcpShare) > CountTcp(port, tcpShare) ? ServiceProtocol.Tcp : ServiceProtocol.Udp;

    /// <summary>How many of the first ports have the protocol.</summary>
    public static long Count(ServiceProtocol protocol, long ports, int tcpShare) =>
        protocol == ServiceProtocol.Tcp ? CountTcp(ports, tcpShare) : ports - CountTcp(ports, tcpShare);

    /// <summary>
    /// The protocols of a Service's ports, each with the number of earlier ports of the Service that have it too.
    /// </summary>
    /// <param name="service">Index of the Service in the step, from 0.</param>
    public static IEnumerable<(ServiceProtocol Protocol, int Turn)> PortsOf(
        int service, int portsPerService, int tcpShare)
    {
        int[] turns = new int[2];
        long first = (long)service * portsPerService;
        for (int port = 0; port < portsPerService; port++)
        {
            ServiceProtocol protocol = ProtocolOf(first + port, tcpShare);
            yield return (protocol, turns[(int)protocol]++);
        }
    }

    private static long CountTcp(long ports, int tcpShare) => ((ports * tcpShare) + AllTcp - 1) / AllTcp;
}
