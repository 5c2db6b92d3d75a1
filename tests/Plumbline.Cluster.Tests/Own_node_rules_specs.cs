using Plumbline.Rules;
using Plumbline.Rules.Tests;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

/// <summary>The rules of the node that the scaler runs on, in a namespace that stands for it, as kube-proxy writes them.</summary>
[Trait("Category", "Kernel")]
public sealed class Own_node_rules_specs
{
    private static readonly Guid s_id = Guid.NewGuid();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DataPlane.IptablesLegacy, "iptables-legacy-restore")]
    [InlineData(DataPlane.IptablesNft, "iptables-nft-restore")]
    [InlineData(DataPlane.Nftables, "nft -f -")]
    public async Task The_experiments_rules_are_counted_and_nobody_elses(DataPlane dataPlane, string load)
    {
        await using TestNamespace node = await TestNamespace.CreateAsync();
        await node.RunAsync(load, Text(dataPlane, [.. Ports(ClusterNames.Namespace(s_id), 1, 25), .. Ports("somebodys", 101, 7)]));
        OwnNodeRules rules = new(node.Namespace, "node-1");

        NodeReading reading = Assert.Single(await rules.ReadAsync(Token));

        Assert.Equal(("node-1", dataPlane, 32), (reading.Node, reading.DataPlane.DataPlane, reading.DataPlane.Rules));
        Assert.Equal(25, await rules.CountAsync(dataPlane, ClusterNames.Namespace(s_id), 25, Token));
        Assert.Equal(0, await rules.CountAsync(dataPlane, ClusterNames.Namespace(Guid.Empty), 25, Token));
    }

    [Theory]
    [InlineData(DataPlane.IptablesNft)]
    [InlineData(DataPlane.Nftables)]
    public async Task Rules_that_are_not_there_at_all_are_no_number(DataPlane dataPlane)
    {
        await using TestNamespace node = await TestNamespace.CreateAsync();

        Assert.Null(await new OwnNodeRules(node.Namespace, "node-1").CountAsync(dataPlane, "any", 0, Token));
    }

    [Fact]
    public async Task A_step_waits_for_the_rules_of_the_kernel()
    {
        await using TestNamespace node = await TestNamespace.CreateAsync();
        await node.RunAsync("nft -f -", Text(DataPlane.Nftables, [.. Ports(ClusterNames.Namespace(s_id), 1, 9)]));
        RulesAwaiter awaiter = new(
            new OwnNodeRules(node.Namespace, "node-1"), TimeProvider.System, new RulesPatience { FirstPause = TimeSpan.FromMilliseconds(10), LongestPause = TimeSpan.FromMilliseconds(50) });
        List<int> seen = [];

        Task waiting = awaiter.AwaitAsync(DataPlane.Nftables, ClusterNames.Namespace(s_id), 10, seen.Add, Token);
        await Waiting.UntilAsync(() => Task.FromResult(seen.Count > 2));
        Assert.False(waiting.IsCompleted);
        await node.RunAsync("nft delete table ip kube-proxy");
        await node.RunAsync("nft -f -", Text(DataPlane.Nftables, [.. Ports(ClusterNames.Namespace(s_id), 1, 10)]));
        await waiting;

        Assert.Equal((9, 10), (seen[0], seen[^1]));
    }

    private static IEnumerable<ServicePort> Ports(string serviceNamespace, int first, int count) => Enumerable.Range(first, count).Select(i => new ServicePort(
        serviceNamespace, $"target-{i:D5}", "tcp", Ipv4.Parse("10.96.1.0") + (uint)i, 7000, ServiceProtocol.Tcp, [new Endpoint(Ipv4.Parse("10.244.0.11"), 7001)]));

    private static string Text(DataPlane dataPlane, IReadOnlyList<ServicePort> ports)
    {
        KubeProxyNetwork network = new() { ServiceCidr = "10.96.0.0/16", PodCidr = "10.244.0.0/16", NodeIp = "10.200.0.2" };
        using StringWriter writer = new() { NewLine = "\n" };
        if (dataPlane == DataPlane.Nftables)
        {
            NftablesRules.WriteNft(writer, ports, network, NftablesDialect.V136, _ => true);
        }
        else
        {
            IptablesRules.WriteRestore(writer, ports, network);
        }

        return writer.ToString();
    }
}
