using CsCheck;
using Plumbline.DataPlanes;

namespace Plumbline.Paths.Tests;

public sealed class Flow_space_specs
{
    private static readonly FlowSpace s_flows = new(IpAddress.Parse("10.244.128.2"), 32_765);

    [Fact]
    public void Different_flows_have_different_addresses_and_never_a_privileged_port() =>
        Gen.Select(Gen.Long[0, 2_000_000_000], Gen.Long[0, 2_000_000_000]).Sample((one, other) =>
        {
            FlowAddress first = s_flows.AddressOf(one);
            FlowAddress second = s_flows.AddressOf(other);
            Assert.Equal(one == other, first == second);
            Assert.InRange(first.Port, 1_024, 65_535);
            Assert.True(first.Ip >= s_flows.FirstIp && first.Ip <= s_flows.LastIp);
        });

    [Fact]
    public void A_range_of_flows_keeps_its_place_where_it_fits_and_begins_anew_where_not() =>
        Gen.Select(Gen.Long[0, 2_000_000_000], Gen.Int[1, 60_000], Gen.Int[1, 64]).Sample((first, flows, ips) =>
        {
            FlowSpace space = new(IpAddress.Parse("10.244.0.128"), ips);
            long fitted = space.Fit(first, flows);
            Assert.InRange(fitted, 0, space.Flows - flows);
            Assert.True(first + flows > space.Flows || fitted == first);
        });

    [Fact]
    public void More_flows_than_the_addresses_give_are_refused_with_what_to_do() => Assert.Equal(
        "a trial takes 65,000 flows and the source addresses give 64,512: "
            + "give the node a larger prefix of them, or ask for fewer packets",
        Assert.Throws<InvalidOperationException>(
            () => new FlowSpace(IpAddress.Parse("10.244.0.128"), 1).Fit(0, 65_000)).Message);

    [Fact]
    public void A_flow_is_known_again_by_its_address() =>
        Gen.Select(
            Gen.Bool.Select(isV4 => isV4 ? "10.0.0.1" : "fd00::ffff:ffff:ffff:fffa"),
            Gen.Long[0, 5_000],
            Gen.Int[1, 9],
            Gen.Int[1, 60_000],
            Gen.Int[1, 5_000]).Sample((ip, flow, ips, firstPort, ports) =>
        {
            FlowSpace flows = new(IpAddress.Parse(ip), ips, firstPort, ports);
            long number = flow % flows.Flows;
            Assert.Equal(number, flows.FlowOf(flows.AddressOf(number)));
        });

    [Theory]
    [InlineData("10.244.128.1", 2_000)]
    [InlineData("10.244.128.2", 1_023)]
    [InlineData("10.245.0.0", 2_000)]
    [InlineData("::10.244.128.2", 2_000)]
    public void An_address_outside_the_space_belongs_to_no_flow(string ip, ushort port) =>
        Assert.Equal(-1, s_flows.FlowOf(new FlowAddress(IpAddress.Parse(ip), port)));

    [Fact]
    public void A_flow_beyond_the_source_addresses_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => s_flows.AddressOf(s_flows.Flows));
}
