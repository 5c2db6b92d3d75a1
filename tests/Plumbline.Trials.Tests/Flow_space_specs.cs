using CsCheck;

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
