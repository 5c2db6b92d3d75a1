using System.Net;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

/// <summary>Source addresses that no pod has.</summary>
public sealed class Free_prefix_specs
{
    [Theory]
    [InlineData("10.244.1.0/24", "", "10.244.1.128/26")]
    [InlineData("10.244.1.0/24", "10.244.1.2 10.244.1.3 10.244.1.50", "10.244.1.128/26")]
    [InlineData("10.244.1.0/24", "10.244.1.130", "10.244.1.64/26")]
    [InlineData("10.244.1.0/24", "10.244.1.20 10.244.1.70 10.244.1.140 10.244.1.200", "10.244.1.160/27")]
    [InlineData("10.244.0.0/16", "", "10.244.255.128/26")]
    [InlineData("10.244.1.0/28", "10.244.1.2", "10.244.1.8/30")]
    [InlineData("10.244.1.0/30", "", "10.244.1.2/32")]
    [InlineData("10.244.1.0/30", "10.244.1.2", null)]
    [InlineData("10.244.1.5/32", "", null)]
    public void The_largest_free_part_near_the_end_is_chosen_without_the_first_two_and_the_last_address(
        string network, string taken, string? free) => Assert.Equal(
        free, FreePrefix.Find(
            IPNetwork.Parse(network),
            [.. taken.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)])?.ToString());
}
