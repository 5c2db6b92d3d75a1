namespace Plumbline.Cluster.Tests;

/// <summary>How many Services a cluster's ranges can hold.</summary>
public sealed class Service_range_specs
{
    [Theory]
    [InlineData(1_048_574, "10.96.0.0/12")]
    [InlineData(65_534, "10.96.0.0/16", "fd00::/108")]
    [InlineData(65_788, "10.96.0.0/16", "172.20.0.0/24")]
    [InlineData(65_534, "10.96.0.0/16", "10.96.7.0/24", "10.96.0.0/16")]
    [InlineData(2, "10.96.0.0/30")]
    [InlineData(0, "10.96.0.0/32")]
    [InlineData(0, "fd00::/108")]
    public void Addresses_of_IPv4_ranges_count_once_without_network_and_broadcast_address(
        long addresses, params string[] cidrs) =>
        Assert.Equal(addresses, ServiceCidrs.Addresses(cidrs));

    [Fact]
    public void Services_that_fit_exactly_are_not_refused()
    {
        Assert.Null(ServiceCidrs.Refusal(["10.96.0.0/24"], taken: 4, services: 250));
        Assert.StartsWith(
            "251 Services do not fit",
            ServiceCidrs.Refusal(["10.96.0.0/24"], taken: 4, services: 251),
            StringComparison.Ordinal);
    }
}
