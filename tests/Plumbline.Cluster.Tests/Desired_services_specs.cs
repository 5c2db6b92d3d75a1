namespace Plumbline.Cluster.Tests;

/// <summary>Which Services a step should have.</summary>
public sealed class Desired_services_specs
{
    [Fact]
    public void The_asked_share_of_targets_and_of_other_Services_is_TCP()
    {
        IReadOnlyList<DesiredService> all = Build(3_000);

        Assert.Equal(1_000, all.Count(each => ServiceNames.IsTarget(each.Name)));
        Assert.All((bool[])[true, false], isTarget => Assert.Equal(0.5, all
            .Where(each => ServiceNames.IsTarget(each.Name) == isTarget)
            .Average(each => each.Ports.Single() == new DesiredPort("tcp", ServiceProtocol.Tcp, 7000) ? 1.0 : 0.0)));
    }

    [Theory]
    [InlineData(0, ServiceProtocol.Udp)]
    [InlineData(100, ServiceProtocol.Tcp)]
    public void All_Services_are_of_one_protocol_when_that_is_asked_for(int share, ServiceProtocol protocol) =>
        Assert.All(
            DesiredServices.Build(ScalerLife.Step(Guid.Empty, 1, 1_500, share)),
            each => Assert.Equal(protocol, each.Ports.Single().Protocol));

    [Fact]
    public void A_larger_step_starts_with_the_Services_of_a_smaller_one() => Assert.Equal(
        Build(100).Select(each => (each.Name, each.Block, each.Ports[0])), Build(5_000).Take(100)
            .Select(each => (each.Name, each.Block, each.Ports[0])));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(500)]
    public void Ports_of_a_Service_differ_in_name_and_in_number_or_protocol(int ports)
    {
        foreach (DesiredService each in DesiredServices.Build(
            ScalerLife.Step(Guid.Empty, 1, 1_002) with { PortsPerService = ports }).Where((_, index) =>
                index % 167 == 0))
        {
            Assert.Equal(ports, each.Ports.Count);
            Assert.Equal(ports, each.Ports.Select(port => port.Name).Distinct().Count());
            Assert.Equal(ports, each.Ports.Select(port => (port.Protocol, port.Port)).Distinct().Count());
            Assert.All(each.Ports, port => Assert.InRange(port.Port, 7000, 7000 + ports));
        }
    }

    [Fact]
    public void A_block_has_a_hundred_Services() =>
        Assert.Equal(
            [0, 0, 1, 1], Build(200).Where((_, index) => index is 0 or 99 or 100 or 199).Select(each => each.Block));

    private static IReadOnlyList<DesiredService> Build(int services) =>
        DesiredServices.Build(ScalerLife.Step(Guid.Empty, 1, services));
}
