using Plumbline.DataPlanes;
using Plumbline.Paths.Cluster;

namespace Plumbline.Paths.Tests;

public sealed class Source_prefix_specs
{
    [Fact]
    public void The_first_of_several_addresses_has_no_flows()
    {
        FlowSpace flows = SourcePrefix.Parse("10.244.1.128/26").Flows;

        Assert.Equal(("10.244.1.129", 63), (flows.FirstIp.ToString(), flows.Ips));
    }

    [Fact]
    public void A_single_address_has_all_flows() =>
        Assert.Equal(1, SourcePrefix.Parse("10.244.1.128/32").Flows.Ips);

    [Theory]
    [InlineData("10.244.1.127", false)]
    [InlineData("10.244.1.128", true)]
    [InlineData("10.244.1.191", true)]
    [InlineData("10.244.1.192", false)]
    public void It_contains_its_addresses_and_no_others(string ip, bool isIn) =>
        Assert.Equal(isIn, SourcePrefix.Parse("10.244.1.128/26").Contains(IpAddress.Parse(ip)));

    [Theory]
    [InlineData("10.244.1.1", 24, true)]
    [InlineData("10.244.0.1", 24, false)]
    [InlineData("10.244.1.200", 26, false)]
    [InlineData("192.0.2.1", 0, true)]
    [InlineData("10.244.1.128", 27, false)]
    public void It_is_within_a_network_that_has_all_its_addresses(string network, int length, bool isWithin) =>
        Assert.Equal(isWithin, SourcePrefix.Parse("10.244.1.128/26").IsWithin(IpAddress.Parse(network), length));

    [Theory]
    [InlineData("10.244.1.128")]
    [InlineData("10.244.1.128/15")]
    [InlineData("10.244.1.128/33")]
    [InlineData("10.244.1.129/26")]
    [InlineData("fd00::/64")]
    public void Anything_else_is_refused(string text) => Assert.Throws<FormatException>(() => SourcePrefix.Parse(text));
}
