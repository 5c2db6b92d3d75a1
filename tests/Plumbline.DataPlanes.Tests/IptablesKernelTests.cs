namespace Plumbline.DataPlanes.Tests;

[Trait("Category", "Kernel")]
public sealed class IptablesKernelTests
{
    [Theory]
    [InlineData("iptables-legacy", SavedRules.IptablesLegacy)]
    [InlineData("iptables-nft", SavedRules.IptablesNft)]
    public async Task Iptables_rules_for_the_saved_objects_equal_what_kube_proxy_wrote(string iptables, string saved)
    {
        await using TestNamespace own = await TestNamespace.CreateAsync();

        await own.RunAsync($"{iptables}-restore", Some.IptablesText(SavedObjects.InOrderOf(saved)));

        Assert.Equal(
            SavedRules.IptablesTables(SavedRules.Read(saved)),
            SavedRules.IptablesTables(await own.RunAsync($"{iptables}-save")));
    }

    [Theory]
    [InlineData("iptables-legacy")]
    [InlineData("iptables-nft")]
    public async Task Iptables_rules_are_read_back_in_the_order_they_were_written(string iptables)
    {
        IReadOnlyList<ServicePort> ports = Some.ShuffledPorts(services: 500, endpoints: 3);
        await using TestNamespace own = await TestNamespace.CreateAsync();

        await own.RunAsync($"{iptables}-restore", Some.IptablesText(ports));

        ServiceRule[] expected = [.. ports.Select(Some.Rule)];
        Assert.Equal(expected, IptablesReader.ReadRules(await own.RunAsync($"{iptables}-save")).Rules);
        Assert.Equal(expected, await ReadAsync(own, iptables));
    }

    [Theory]
    [InlineData("iptables-legacy")]
    [InlineData("iptables-nft")]
    public async Task Writing_other_iptables_rules_replaces_all_that_were_there(string iptables)
    {
        await using TestNamespace own = await TestNamespace.CreateAsync();

        await own.RunAsync($"{iptables}-restore", Some.IptablesText(Some.ShuffledPorts(services: 20)));
        await own.RunAsync($"{iptables}-restore", Some.IptablesText(Some.Port(3)));

        Assert.Single(await ReadAsync(own, iptables), rule => rule.Name == "service-3");
        Assert.DoesNotContain("service-4", await own.RunAsync($"{iptables}-save"), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<ServiceRule>> ReadAsync(TestNamespace node, string iptables) =>
        IptablesReader.ReadRules(await node.RunAsync($"{iptables} -t nat -S KUBE-SERVICES")).Rules;
}
