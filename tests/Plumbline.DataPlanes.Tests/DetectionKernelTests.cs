namespace Plumbline.DataPlanes.Tests;

/// <summary>A namespace as a node: rules as real kube-proxy wrote them are loaded into it, and recognised.</summary>
[Trait("Category", "Kernel")]
public sealed class DetectionKernelTests
{
    private const int SavedServiceRules = 7;

    [Theory]
    [InlineData("iptables-legacy-restore", SavedRules.IptablesLegacy, "iptables-legacy", null)]
    [InlineData("iptables-nft-restore", SavedRules.IptablesNft, "iptables-nft", null)]
    [InlineData("nft -f -", SavedRules.Nftables136, "nftables", NftablesDialect.V136)]
    [InlineData("nft -f -", SavedRules.Nftables130, "nftables", NftablesDialect.V135)]
    public async Task What_real_kube_proxy_wrote_is_recognised(
        string load, string saved, string dataPlane, NftablesDialect? dialect)
    {
        await using TestNamespace node = await TestNamespace.CreateAsync();
        await node.RunAsync(load, SavedRules.ReadLoadable(saved));

        DetectedDataPlane found = await ReadAsync(node);

        Assert.Equal(
            (new DataPlane(dataPlane), dialect, SavedServiceRules, null),
            (found.DataPlane, found.Dialect, found.Rules, found.Refusal));
        Assert.Empty(found.Leftovers);
    }

    [Theory]
    [InlineData("iptables-legacy-restore", SavedRules.IptablesLegacy, "iptables-legacy")]
    [InlineData("iptables-nft-restore", SavedRules.IptablesNft, "iptables-nft")]
    [InlineData("nft -f -", SavedRules.Nftables136, "nftables")]
    [InlineData("nft -f -", SavedRules.Nftables130, "nftables")]
    public async Task Rules_that_refuse_packets_to_Services_without_endpoints_are_counted_in_their_namespace(
        string load, string saved, string dataPlane)
    {
        await using TestNamespace node = await TestNamespace.CreateAsync();
        IDataPlane plane = KnownDataPlanes.Of(new DataPlane(dataPlane));
        Assert.Equal(0, await plane.CountRefusingAsync(node.Namespace, "lat", TestContext.Current.CancellationToken));
        await node.RunAsync(load, SavedRules.ReadLoadable(saved));

        // One Service, TCP and UDP.
        Assert.Equal(2, await plane.CountRefusingAsync(node.Namespace, "lat", TestContext.Current.CancellationToken));
        Assert.Equal(0, await plane.CountRefusingAsync(node.Namespace, "la", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Rules_of_nftables_are_recognised_beside_what_the_iptables_mode_left()
    {
        await using TestNamespace node = await TestNamespace.CreateAsync();
        await node.RunAsync(
            "iptables-nft-restore", "*nat\n:KUBE-SERVICES - [0:0]\n:KUBE-PROXY-CANARY - [0:0]\nCOMMIT\n");
        await node.RunAsync("nft -f -", SavedRules.ReadLoadable(SavedRules.Nftables136));

        DetectedDataPlane found = await ReadAsync(node);

        Assert.Equal(Planes.Nftables, found.DataPlane);
        Assert.Equal([Planes.IptablesNft], found.Leftovers);
    }

    [Fact]
    public async Task A_node_of_nobody_is_refused_and_stays_without_tables()
    {
        await using TestNamespace node = await TestNamespace.CreateAsync();

        DetectedDataPlane found = await ReadAsync(node);

        Assert.NotNull(found.Refusal);
        Assert.Equal("", await node.RunAsync("nft list tables"));
        Assert.DoesNotContain("nat", (await node.RunAsync("cat /proc/net/ip_tables_names")).Split('\n'));
    }

    [Fact]
    public async Task Tables_that_are_not_kube_proxys_are_not_taken_for_its()
    {
        await using TestNamespace node = await TestNamespace.CreateAsync();
        await node.RunAsync("iptables-legacy-restore", "*nat\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n");
        await node.RunAsync("iptables-nft-restore", "*nat\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n");

        DetectedDataPlane found = await ReadAsync(node);

        Assert.StartsWith("the kernel has no Service rules", found.Refusal, StringComparison.Ordinal);
        Assert.Empty(found.Leftovers);
    }

    private static async Task<DetectedDataPlane> ReadAsync(TestNamespace node) =>
        DetectedDataPlane.Of(await DataPlaneDetector.ReadAsync(node.Namespace, TestContext.Current.CancellationToken));
}
