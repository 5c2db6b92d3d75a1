using CsCheck;
using Plumbline.DataPlanes;
using Plumbline.ServiceScaler.Lab;

namespace Plumbline.ServiceScaler.Tests;

public sealed class Lab_services_specs
{
    private static readonly IDataPlane[] s_planes = [.. KnownDataPlanes.WithRules];

    [Fact]
    public void Targets_of_one_protocol_have_consecutive_addresses() =>
        Gen.Select(Gen.Int[1, 3_000], Gen.Int[1, 2], Gen.Int[1, 2], Gen.Int[0, s_planes.Length - 1])
        .Sample((services, protocols, ports, plane) =>
        {
            ScaleStep step = new()
            {
                ExperimentId = Guid.Empty,
                Step = 1,
                Cell = Cell.Empty.With(services),
                DataPlanes = [],
                NftablesDialect = NftablesDialect.V136,
                EndpointsPerService = 1,
                Protocols = [.. new[] { ServiceProtocol.Udp, ServiceProtocol.Tcp }.Take(protocols)],
                PortsPerService = Math.Min(ports, protocols),
                Seed = 1,
            };

            IReadOnlyList<ServicePort> built = LabServices.Build(step, s_planes[plane]);

            Assert.Equal(services, built.DistinctBy(port => port.ClusterIp).Count());
            Assert.Equal(
                services * step.PortsPerService, built.DistinctBy(port => (port.ClusterIp, port.Protocol)).Count());
            ILookup<ServiceProtocol, uint> targets = built.Where(port => ServiceNames.IsTarget(port.Name))
                .ToLookup(port => port.Protocol, port => port.ClusterIp);
            Assert.NotEmpty(targets);
            foreach (IGrouping<ServiceProtocol, uint> protocol in targets)
            {
                uint[] addresses = [.. protocol.Order()];
                Assert.Equal((uint)addresses.Length - 1, addresses[^1] - addresses[0]);
            }
        });
}
