using CsCheck;
using Plumbline.DataPlanes;
using Plumbline.ServiceScaler.Lab;

namespace Plumbline.ServiceScaler.Tests;

public sealed class Lab_services_specs
{
    private static readonly IDataPlane[] s_planes = [.. KnownDataPlanes.WithRules];

    [Fact]
    public void Targets_of_one_protocol_have_consecutive_addresses() =>
        Gen.Select(Gen.Int[1, 3_000], Gen.Int[0, 100], Gen.Int[0, s_planes.Length - 1])
        .Sample((services, share, plane) =>
        {
            IReadOnlyList<ServicePort> built = LabServices.Build(Step(services, share, 1), s_planes[plane]);

            Assert.Equal(services, built.DistinctBy(port => port.ClusterIp).Count());
            ILookup<ServiceProtocol, uint> targets = built.Where(port => ServiceNames.IsTarget(port.Name))
                .ToLookup(port => port.Protocol, port => port.ClusterIp);
            Assert.NotEmpty(targets);
            foreach (IGrouping<ServiceProtocol, uint> protocol in targets)
            {
                uint[] addresses = [.. protocol.Order()];
                Assert.Equal((uint)addresses.Length - 1, addresses[^1] - addresses[0]);
            }
        });

    [Fact]
    public void The_share_of_TCP_among_the_ports_is_the_one_asked_for() =>
        Gen.Select(Gen.Int[1, 3_000], Gen.Int[0, 100], Gen.Int[1, 5]).Sample((services, share, ports) =>
        {
            IReadOnlyList<ServicePort> built = LabServices.Build(Step(services, share, ports), s_planes[0]);

            double tcp = built.Count(port => port.Protocol == ServiceProtocol.Tcp);
            Assert.InRange(tcp - (services * ports * share / 100.0), 0, 0.9999);
            Assert.Equal(
                services * ports, built.DistinctBy(port => (port.ClusterIp, port.Port, port.Protocol)).Count());
            Assert.Equal(services * ports, built.DistinctBy(port => (port.Name, port.PortName)).Count());
        });

    [Fact]
    public void Every_Service_with_a_port_of_each_protocol_has_both_at_the_number_that_packets_go_to() => Assert.All(
        LabServices.Build(Step(100, 50, 2), s_planes[0]), port => Assert.Equal(7_000, port.Port));

    private static ScaleStep Step(int services, int tcpShare, int ports) => new()
    {
        ExperimentId = Guid.Empty,
        Step = 1,
        Cell = Cell.Empty.With(services).With(Axes.TcpShare, $"{tcpShare}"),
        DataPlanes = [],
        NftablesDialect = NftablesDialect.V136,
        EndpointsPerService = 1,
        PortsPerService = ports,
        Seed = 1,
    };
}
