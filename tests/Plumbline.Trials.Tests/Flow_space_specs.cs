using CsCheck;
using Plumbline.Paths;

namespace Plumbline.Trials.Tests;

public sealed class Flow_space_specs
{
    private static readonly FlowSpace s_flows = new(0x0AF48002, 32_765);

    [Fact]
    public void Flows_that_differ_have_addresses_that_differ_and_never_a_privileged_port() =>
        Gen.Select(Gen.Long[0, 2_000_000_000], Gen.Long[0, 2_000_000_000]).Sample((one, other) =>
        {
            FlowAddress first = s_flows.AddressOf(one);
            FlowAddress second = s_flows.AddressOf(other);
            Assert.Equal(one == other, first == second);
            Assert.InRange(first.Port, 1_024, 65_535);
            Assert.InRange(first.Ip, s_flows.FirstIp, s_flows.LastIp);
        });

    /// <summary>But where there are fewer flows than an experiment takes, they begin anew; a range never goes over the end.</summary>
    [Fact]
    public void A_range_of_flows_is_where_the_experiment_has_it_as_long_as_there_are_so_many() =>
        Gen.Select(Gen.Long[0, 2_000_000_000], Gen.Int[1, 60_000], Gen.Int[1, 64]).Sample((first, flows, ips) =>
        {
            FlowSpace space = new(0x0AF40080, ips);
            long fitted = space.Fit(first, flows);
            Assert.InRange(fitted, 0, space.Flows - flows);
            Assert.True(first + flows > space.Flows || fitted == first);
        });

    [Fact]
    public void More_flows_than_the_addresses_give_are_refused_with_what_to_do() => Assert.Equal(
        "a trial takes 65,000 flows and the source addresses give 64,512: give the node a larger prefix of them, or ask for fewer packets",
        Assert.Throws<InvalidOperationException>(() => new FlowSpace(0x0AF40080, 1).Fit(0, 65_000)).Message);

    [Fact]
    public void A_flow_is_known_again_by_its_address() =>
        Gen.Select(Gen.Long[0, 5_000], Gen.Int[1, 9], Gen.Int[1, 60_000], Gen.Int[1, 5_000]).Sample((flow, ips, firstPort, ports) =>
        {
            FlowSpace flows = new(0x0A000001, ips, firstPort, ports);
            long number = flow % flows.Flows;
            Assert.Equal(number, flows.FlowOf(flows.AddressOf(number)));
        });

    [Theory]
    [InlineData(0x0AF48001, 2_000)]
    [InlineData(0x0AF48002, 1_023)]
    [InlineData(0x0AF50000, 2_000)]
    public void An_address_of_no_flow_is_none(uint ip, ushort port) => Assert.Equal(-1, s_flows.FlowOf(new FlowAddress(ip, port)));

    [Fact]
    public void A_flow_beyond_the_source_addresses_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => s_flows.AddressOf(s_flows.Flows));
}
