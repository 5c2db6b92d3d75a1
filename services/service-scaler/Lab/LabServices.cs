using System.Globalization;
using Plumbline.Contracts;
using Plumbline.Paths.Lab;
using Plumbline.DataPlanes;

namespace Plumbline.ServiceScaler.Lab;

/// <summary>The dummy Services of a lab step. Pure: the same step gives the same Services in the same order.</summary>
public static class LabServices
{
    private static readonly uint s_firstClusterIp = Ipv4.Parse("10.96.0.10");

    /// <summary>
    /// All ports of the step's Services in the order of their rules. The order is random, as kube-proxy's is (it
    /// iterates a Go map), but follows from the seed.
    /// </summary>
    public static IReadOnlyList<ServicePort> Build(ScaleStep step, IDataPlane plane)
    {
        Random random = new((int)(step.Seed + plane.Number));
        Endpoint[] endpoints =
        [
            .. from i in Enumerable.Range(0, step.EndpointsPerService)
               select new Endpoint(LabNode.FirstEndpointIp + (uint)i, LabNode.EndpointPort),
        ];
        int targets = plane.MostTargets(step.Cell.Services, step.PortsPerService);
        string serviceNamespace = LabNode.ExperimentPrefix(step.ExperimentId).TrimEnd('-');

        ServicePort[] ports =
        [
            .. from service in Enumerable.Range(0, step.Cell.Services)
               from port in ProtocolMix.PortsOf(service, step.PortsPerService, step.Cell.TcpShare)
               let prefix = service < targets ? ServiceNames.TargetPrefix : ServiceNames.DummyPrefix
               select new ServicePort(
                   serviceNamespace,
                   prefix + service.ToString("D5", CultureInfo.InvariantCulture),
                   ServiceNames.PortName(port),
                   s_firstClusterIp + AddressNumber(step, service, port.Protocol),
                   LabNode.ServicePort + port.Turn,
                   port.Protocol,
                   endpoints),
        ];
        random.Shuffle(ports);
        return ports;
    }

    /// <summary>
    /// pktgen draws addresses from a range. So Services with one port have the addresses of their protocol in a row,
    /// those of TCP first.
    /// </summary>
    private static uint AddressNumber(ScaleStep step, int service, ServiceProtocol protocol)
    {
        if (step.PortsPerService > 1)
        {
            return (uint)service;
        }

        int share = step.Cell.TcpShare;
        long before = protocol == ServiceProtocol.Tcp
            ? 0
            : ProtocolMix.Count(ServiceProtocol.Tcp, step.Cell.Services, share);
        return (uint)(before + ProtocolMix.Count(protocol, service, share));
    }
}
