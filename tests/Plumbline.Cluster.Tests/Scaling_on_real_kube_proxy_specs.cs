using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using k8s.Models;
using k8s;
using Plumbline.Linux;
using Plumbline.DataPlanes;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

/// <summary>The rules that real kube-proxies make of the scaler's Services on two nodes.</summary>
[Trait("Category", "Kernel")]
public sealed partial class Scaling_on_real_kube_proxy_specs
{
    private const int Services = 100;

    /// <summary>The rule of the cluster's own Service; none is the experiment's.</summary>
    private const int OwnRules = 1;

    private readonly Guid _id = Guid.NewGuid();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("iptables-nft")]
    [InlineData("iptables-legacy")]
    [InlineData("nftables")]
    public async Task Every_node_gets_the_rules_of_all_Services_and_then_loses_them(string plane)
    {
        DataPlane dataPlane = new(plane);
        await using KubeProxyCluster cluster = await KubeProxyCluster.StartAsync(dataPlane);
        using ScalerLife life = Life(cluster);

        ProgrammedDataPlane programmed =
            (await life.Cluster.ScaleAsync(Step(1, Services, dataPlane), Token)).DataPlanes.Single();

        Assert.Equal(
            (dataPlane, Services, Services), (programmed.Cell.DataPlane, programmed.Cell.Services, programmed.Rules));
        await AssertNodesHoldAsync(cluster, dataPlane, Services);

        await life.Cluster.ScaleAsync(Step(2, 0, DataPlane.NoRules), Token);
        await AssertNodesHoldAsync(cluster, dataPlane, 0);

        await life.RemoveAsync(_id, Token);
        foreach (KubeNode node in cluster.Nodes)
        {
            // In nftables mode kube-proxy empties a Service's chain when the Service goes, and deletes it at a later
            // sync.
            string rules = EmptyChain().Replace(await RulesetAsync(node), "");
            Assert.DoesNotContain(ClusterNames.Namespace(_id), rules, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("iptables-nft")]
    [InlineData("iptables-legacy")]
    [InlineData("nftables")]
    public async Task A_connection_to_any_Service_reaches_its_endpoint_from_every_node(string plane)
    {
        DataPlane dataPlane = new(plane);
        await using KubeProxyCluster cluster = await KubeProxyCluster.StartAsync(dataPlane);
        using ScalerLife life = Life(cluster);
        await life.Cluster.ScaleAsync(Step(1, 10, dataPlane), Token);
        KubeNode first = cluster.Nodes[0];
        using TcpListener echo = await first.Pods.RunAsync(() =>
        {
            TcpListener inside = new(IPAddress.Parse(first.EchoAddress), 7001);
            inside.Start();
            return inside;
        });
        using Kubernetes client = new(cluster.Server.Configuration);

        foreach (KubeNode node in cluster.Nodes)
        {
            await AwaitAsync(node, dataPlane, 10);
            foreach (string name in (string[])["target-00001", "target-00009"])
            {
                V1Service service = await client.CoreV1.ReadNamespacedServiceAsync(
                    name, ClusterNames.Namespace(_id), cancellationToken: Token);
                using Socket socket = await node.Namespace.RunAsync(
                    () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));

                await socket.ConnectAsync(
                    IPAddress.Parse(service.Spec.ClusterIP), service.Spec.Ports.Single().Port, Token);

                using Socket accepted = await echo.AcceptSocketAsync(Token);
                Assert.Equal($"{first.EchoAddress}:7001", accepted.LocalEndPoint?.ToString());
            }
        }

        await life.RemoveAsync(_id, Token);
    }

    [Theory]
    [InlineData("iptables-nft")]
    [InlineData("nftables")]
    public async Task A_Service_without_endpoints_is_seen_by_its_refusing_rule_until_the_next_step(string plane)
    {
        DataPlane dataPlane = new(plane);
        await using KubeProxyCluster cluster = await KubeProxyCluster.StartAsync(dataPlane, nodes: 1);
        using ScalerLife life = Life(cluster);
        KubeNode node = cluster.Nodes[0];
        await life.Cluster.ScaleAsync(Step(1, 10, dataPlane), Token);
        using Kubernetes client = new(cluster.Server.Configuration);

        await client.DiscoveryV1.DeleteNamespacedEndpointSliceAsync(
            "target-00003", ClusterNames.Namespace(_id), cancellationToken: Token);

        await Waiting.UntilAsync(async () => await CountRefusingAsync(node, dataPlane) == 1);
        Assert.Equal(9, await CountAsync(node, dataPlane));
        ExperimentRules rules = await ExperimentRules.ReadAsync(
            node.Namespace, KnownDataPlanes.Of(dataPlane), ClusterNames.Namespace(_id), Token);
        Assert.Null(rules.Own);

        await life.Cluster.ScaleAsync(Step(2, 10, dataPlane), Token);

        Assert.Equal(0, await CountRefusingAsync(node, dataPlane));
        await life.RemoveAsync(_id, Token);
    }

    [Fact]
    public async Task A_node_whose_kube_proxy_restarts_in_another_mode_is_read_in_that_mode()
    {
        await using KubeProxyCluster cluster = await KubeProxyCluster.StartAsync(Planes.IptablesNft);
        using ScalerLife life = Life(cluster);
        await life.Cluster.ScaleAsync(Step(1, 10, Planes.IptablesNft), Token);
        KubeNode switched = cluster.Nodes[0];

        await cluster.RestartInModeAsync(switched, Planes.Nftables, Token);

        await AwaitAsync(switched, Planes.Nftables, 10);
        await Waiting.UntilAsync(async () => (await ReadAsync(switched)).DataPlane == Planes.Nftables);
        Assert.Equal(Planes.IptablesNft, (await ReadAsync(cluster.Nodes[1])).DataPlane);

        await cluster.RestartInModeAsync(switched, Planes.IptablesNft, Token);

        await AwaitAsync(switched, Planes.IptablesNft, 10);
        await Waiting.UntilAsync(async () => (await ReadAsync(switched)).DataPlane == Planes.IptablesNft);
        await life.RemoveAsync(_id, Token);
    }

    [Fact]
    public async Task A_cluster_leaves_no_namespace_and_no_process()
    {
        IReadOnlyList<KubeNode> nodes;
        int kubeProxy;
        await using (KubeProxyCluster cluster = await KubeProxyCluster.StartAsync(Planes.Nftables))
        {
            nodes = cluster.Nodes;
            string metrics = await cluster.ProxyOf(nodes[0]).GetAsync("/metrics", Token) ?? "";
            Assert.Contains("kubeproxy_sync_proxy_rules_last_timestamp_seconds", metrics, StringComparison.Ordinal);
            string pid = await Tool.RunAsync(
                NetworkNamespace.Own, "ip", ["netns", "pids", nodes[0].Namespace.Name!], token: Token);
            kubeProxy = int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture);
        }

        Assert.False(Directory.Exists($"/proc/{kubeProxy}"));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(NetworkNamespace.Folder),
            path => Path.GetFileName(path).StartsWith(nodes[0].Prefix, StringComparison.Ordinal));
    }

    private static ScalerLife Life(KubeProxyCluster cluster) => new(
        cluster.Server,
        rules: new RulesPatience { FirstPause = TimeSpan.FromMilliseconds(50) },
        nodes: new NamespaceNodes(cluster.Nodes));

    private ScaleStep Step(int step, int services, DataPlane dataPlane) =>
        ScalerLife.Step(_id, step, services) with { DataPlanes = [dataPlane] };

    private async Task AssertNodesHoldAsync(KubeProxyCluster cluster, DataPlane dataPlane, int rules)
    {
        foreach (KubeNode node in cluster.Nodes)
        {
            await AwaitAsync(node, dataPlane, rules);
            DetectedDataPlane read = await ReadAsync(node);
            NftablesDialect? dialect = dataPlane == Planes.Nftables ? NftablesDialect.V136 : null;
            Assert.Equal(
                (dataPlane, dialect, rules + OwnRules, null), (read.DataPlane, read.Dialect, read.Rules, read.Refusal));
        }
    }

    private Task AwaitAsync(KubeNode node, DataPlane dataPlane, int rules) => Waiting.UntilAsync(async () =>
        await CountAsync(node, dataPlane) == rules && await CountRefusingAsync(node, dataPlane) == 0);

    private Task<int> CountRefusingAsync(KubeNode node, DataPlane dataPlane) =>
        KnownDataPlanes.Of(dataPlane).CountRefusingAsync(node.Namespace, ClusterNames.Namespace(_id), Token);

    /// <summary>Rules of the experiment's Services; null while kube-proxy writes its first rules.</summary>
    private async Task<int?> CountAsync(KubeNode node, DataPlane dataPlane)
    {
        try
        {
            ServiceRuleSet all = await KnownDataPlanes.Of(dataPlane).ReadAsync(node.Namespace, Token);
            return all.Rules.Count(rule => rule.Namespace == ClusterNames.Namespace(_id));
        }
        catch (ToolException)
        {
            return null;
        }
    }

    private static async Task<DetectedDataPlane> ReadAsync(KubeNode node) =>
        DetectedDataPlane.Of(await DataPlaneDetector.ReadAsync(node.Namespace, Token));

    /// <summary>All rules in the node's kernel.</summary>
    private static async Task<string> RulesetAsync(KubeNode node) =>
        await Tool.RunAsync(node.Namespace, "nft", ["list", "ruleset"], token: Token)
        + await Tool.RunAsync(node.Namespace, "iptables-legacy-save", [], token: Token);

    [GeneratedRegex(@"\tchain \S+ \{\n\t\}\n", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex EmptyChain();
}
