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

        // pktgen draws addresses from a range. So each protocol's Services have addresses in a row, targets first.
        int protocols = step.PortsPerService == 1 ? step.Protocols.Count : 1;
        int addressesOfProtocol = (step.Cell.Services + protocols - 1) / protocols;
        ServicePort[] ports =
        [
            .. from service in Enumerable.Range(0, step.Cell.Services)
               from port in Enumerable.Range(0, step.PortsPerService)
               let protocol = step.Protocols[(service + port) % step.Protocols.Count]
               let prefix = service < targets ? ServiceNames.TargetPrefix : ServiceNames.DummyPrefix
               select new ServicePort(
                   serviceNamespace,
                   prefix + service.ToString("D5", CultureInfo.InvariantCulture),
                   protocol.WireName(),
                   s_firstClusterIp + (uint)((service % protocols * addressesOfProtocol) + (service / protocols)),
                   LabNode.ServicePort,
                   protocol,
                   endpoints),
        ];
        random.Shuffle(ports);
        return ports;
    }
}
