using CsCheck;
using Plumbline.DataPlanes;
using Plumbline.ServiceScaler.Lab;

namespace Plumbline.ServiceScaler.Tests;

public sealed class Lab_services_specs
{
    [Fact]
    public void Services_of_a_protocol_that_may_be_measured_have_addresses_in_a_row_of_their_own() =>
        Gen.Select(Gen.Int[1, 3_000], Gen.Int[1, 2], Gen.Int[1, 2], Gen.Bool).Sample((services, protocols, ports, isNftables) =>
        {
            ScaleStep step = new()
            {
                ExperimentId = Guid.Empty,
                Step = 1,
                Services = services,
                DataPlanes = [],
                NftablesDialect = NftablesDialect.V136,
                EndpointsPerService = 1,
                Protocols = [.. new[] { ServiceProtocol.Udp, ServiceProtocol.Tcp }.Take(protocols)],
                PortsPerService = Math.Min(ports, protocols),
                Seed = 1,
            };

            IReadOnlyList<ServicePort> built = LabServices.Build(step, isNftables ? DataPlane.Nftables : DataPlane.IptablesNft);

            Assert.Equal(services, built.DistinctBy(port => port.ClusterIp).Count());
            Assert.Equal(services * step.PortsPerService, built.DistinctBy(port => (port.ClusterIp, port.Protocol)).Count());
            foreach (IGrouping<ServiceProtocol, ServicePort> protocol in built.Where(port => ServiceNames.IsTarget(port.Name)).GroupBy(port => port.Protocol))
            {
                uint[] addresses = [.. protocol.Select(port => port.ClusterIp).Order()];
                Assert.Equal((uint)addresses.Length - 1, addresses[^1] - addresses[0]);
            }
        });
}
