using Plumbline.DataPlanes.IptablesLegacy;

namespace Plumbline.DataPlanes.Tests;

public sealed class Known_data_planes_specs
{
    [Theory]
    [InlineData("iptables-legacy", "rule 1,235")]
    [InlineData("iptables-nft", "rule 1,235")]
    [InlineData("nftables", "by a lookup in a map")]
    [InlineData("no-rules", "without a rule")]
    public void Each_says_how_a_packet_finds_a_rule(string name, string words) =>
        Assert.Equal(words, KnownDataPlanes.Of(new DataPlane(name)).FoundBy(1_234));

    [Theory]
    [InlineData("iptables-legacy", ProxyMode.Iptables)]
    [InlineData("iptables-nft", ProxyMode.Iptables)]
    [InlineData("nftables", ProxyMode.Nftables)]
    [InlineData("no-rules", null)]
    [InlineData("unheard-of", null)]
    public void Each_has_the_mode_in_which_kube_proxy_writes_it(string name, ProxyMode? mode) =>
        Assert.Equal(mode, new DataPlane(name).Mode());

    [Fact]
    public void Names_numbers_and_styles_are_different()
    {
        int count = KnownDataPlanes.All.Count;

        Assert.Equal(count, KnownDataPlanes.All.DistinctBy(plane => plane.Name).Count());
        Assert.Equal(count, KnownDataPlanes.All.DistinctBy(plane => plane.Number).Count());
        Assert.Equal(count, KnownDataPlanes.All.DistinctBy(plane => plane.Style.Color).Count());
        Assert.Equal(count, KnownDataPlanes.All.DistinctBy(plane => plane.Style.Marker).Count());
    }

    [Fact]
    public void An_unknown_one_is_refused_with_the_names_that_exist() => Assert.StartsWith(
        "unheard-of is not one of no-rules, iptables-legacy, iptables-nft, nftables",
        Assert.Throws<ArgumentException>(() => KnownDataPlanes.Of(new DataPlane("unheard-of"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void The_baseline_writes_nothing()
    {
        RulesRequest request = new(Cell.Empty, [Some.Port(0)], SavedObjects.Network, NftablesDialect.V136);

        Assert.Null(KnownDataPlanes.Of(DataPlane.NoRules).Write(request));
        Assert.All(KnownDataPlanes.WithRules, plane => Assert.NotNull(plane.Write(request)));
    }

    [Fact]
    [Trait("Category", "Kernel")]
    public async Task Looking_for_legacy_tables_makes_none()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root to make a network namespace");
        string before = TablesHere();

        KernelCheck? check = await new IptablesLegacyPlane().CheckKernelAsync(TestContext.Current.CancellationToken);

        Assert.Equal(new KernelCheck("legacy tables", "the kernel has ip_tables"), check);
        Assert.Equal(before, TablesHere());
    }

    private static string TablesHere() => File.ReadAllText("/proc/self/net/ip_tables_names");
}
