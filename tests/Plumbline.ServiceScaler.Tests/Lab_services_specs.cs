using CsCheck;
using Plumbline.Rules;
using Plumbline.ServiceScaler.Lab;

namespace Plumbline.ServiceScaler.Tests;

public sealed class Lab_services_specs
{
    [Fact]
    public void Targets_of_one_protocol_have_consecutive_addresses() =>
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
