namespace Plumbline.DataPlanes.Tests;

[Trait("Category", "Kernel")]
public sealed class NftablesKernelTests
{
    private const string List = "nft list table ip kube-proxy";
    private const string ListMap = "nft -j list map ip kube-proxy service-ips";

    [Fact]
    public async Task Nftables_rules_of_1_36_for_the_saved_objects_equal_what_kube_proxy_wrote()
    {
        await using TestNamespace own = await TestNamespace.CreateAsync();

        await LoadSavedAsync(own, SavedRules.Nftables136, NftablesDialect.V136);

        Assert.Equal(SavedRules.Read(SavedRules.Nftables136), await own.RunAsync(List));
    }

    /// <summary>No ruleset of 1.35 is saved. It has the Services' chains of 1.30 and the base chains of 1.36.</summary>
    [Fact]
    public async Task Nftables_rules_of_1_35_for_the_saved_objects_equal_what_1_30_and_1_36_wrote()
    {
        await using TestNamespace own = await TestNamespace.CreateAsync();

        await LoadSavedAsync(own, SavedRules.Nftables130, NftablesDialect.V135);

        Dictionary<string, string> actual = SavedRules.NftablesChains(await own.RunAsync(List));
        Dictionary<string, string> of130 = SavedRules.NftablesChains(SavedRules.Read(SavedRules.Nftables130));
        Dictionary<string, string> of136 = SavedRules.NftablesChains(SavedRules.Read(SavedRules.Nftables136));
        Dictionary<string, string> expected = of130.Where(chain => !IsOf136(chain.Key))
            .Concat(of136.Where(chain => IsOf136(chain.Key)))
            .ToDictionary();
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        Assert.All(expected, chain => Assert.Equal(chain.Value, actual[chain.Key]));
    }

    [Fact]
    public async Task Nftables_sets_of_1_35_are_those_of_1_30()
    {
        await using TestNamespace own = await TestNamespace.CreateAsync();

        await LoadSavedAsync(own, SavedRules.Nftables130, NftablesDialect.V135);

        Assert.Equal(Sets(SavedRules.Read(SavedRules.Nftables130)), Sets(await own.RunAsync(List)));
    }

    [Theory]
    [InlineData(NftablesDialect.V136, true)]
    [InlineData(NftablesDialect.V136, false)]
    [InlineData(NftablesDialect.V135, true)]
    [InlineData(NftablesDialect.V135, false)]
    public async Task Nftables_rules_are_all_read_back(NftablesDialect dialect, bool anonymousMaps)
    {
        IReadOnlyList<ServicePort> ports = Some.ShuffledPorts(services: 200, endpoints: 3);
        await using TestNamespace own = await TestNamespace.CreateAsync();

        await own.RunAsync("nft -f -", Some.NftablesText(ports, dialect, anonymousMaps));
        ServiceRuleSet rules = NftablesReader.ReadRules(await own.RunAsync(ListMap));

        Assert.Equal(ports.Count, rules.Count);
        Assert.Equal(Enumerable.Range(0, ports.Count), rules.Rules.Select(rule => rule.Index));
        Assert.Equal(
            ports.Select(port => Some.Rule(port, 0)).ToHashSet(),
            rules.Rules.Select(rule => rule with { Index = 0 }).ToHashSet());
    }

    [Fact]
    public async Task Writing_other_nftables_rules_replaces_all_that_were_there()
    {
        await using TestNamespace own = await TestNamespace.CreateAsync();

        await own.RunAsync("nft -f -", Some.NftablesText(Some.ShuffledPorts(services: 20), NftablesDialect.V135));
        await own.RunAsync("nft -f -", Some.NftablesText([], NftablesDialect.V136));

        Assert.DoesNotContain("some/", await own.RunAsync(List), StringComparison.Ordinal);
        Assert.Empty(NftablesReader.ReadRules(await own.RunAsync(ListMap)).Rules);
    }

    private static Task<string> LoadSavedAsync(TestNamespace node, string saved, NftablesDialect dialect) =>
        node.RunAsync("nft -f -", Some.NftablesText(SavedObjects.InOrderOf(saved), dialect));

    private static bool IsOf136(string chain) =>
        chain.StartsWith("filter-", StringComparison.Ordinal)
        || chain.StartsWith("nat-", StringComparison.Ordinal)
        || chain == "cluster-ips-check";

    private static string Sets(string listing) => listing[..listing.IndexOf("\tchain ", StringComparison.Ordinal)];
}
