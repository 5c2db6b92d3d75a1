using Plumbline.Contracts;
using Plumbline.Store;
using k8s;
using k8s.Models;

namespace Plumbline.Pipeline.Tests;

/// <summary>
/// Experiments from request to report in a cluster. Its two nodes are namespaces, and all workers are processes; a
/// node-probe and an rtt-probe run on each node.
/// </summary>
[Trait("Category", "Kernel")]
public sealed class Cluster_specs
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>With the double of an API server and rules like kube-proxy's. A node-probe is killed.</summary>
    [Fact]
    public async Task Each_node_is_measured_by_its_own_workers_and_nothing_is_left()
    {
        IReadOnlyList<KubeNode> nodes =
            [.. Enumerable.Range(1, 2).Select(number => new KubeNode(number, $"cluster-{Environment.ProcessId}"))];
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root for network namespaces, rules and BPF");
        await using ApiServerDouble server = await ApiServerDouble.StartAsync();
        await KubeNodeNetwork.CreateAsync(nodes);
        try
        {
            using (Kubernetes client = new(server.Configuration))
            {
                await AddObjectsAsync(client, nodes);
            }

            await using KubeProxyWriter kubeProxy = new(server.Configuration, nodes);
            await using ClusterExperiment experiment = await ClusterExperiment.StartAsync(server.Configuration, nodes);
            await MeasureAsync(experiment, Planes.Nftables, version: null, during: async id =>
            {
                await experiment.Pipeline.WaitForTrialsAsync(id, 5);
                await experiment.Pipeline.KillAndRestartOnNodeAsync("node-probe", nodes[0]);
            });
            await AssertCancelLeavesNothingAsync(experiment);
        }
        finally
        {
            await KubeNodeNetwork.RemoveAsync(nodes);
        }
    }

    [Theory]
    [InlineData("iptables-nft")]
    [InlineData("iptables-legacy")]
    [InlineData("nftables")]
    public async Task A_real_API_server_with_real_kube_proxies_is_measured(string name)
    {
        DataPlane dataPlane = new(name);
        await using KubeProxyCluster cluster = await KubeProxyCluster.StartAsync(dataPlane);

        await using ClusterExperiment experiment =
            await ClusterExperiment.StartAsync(cluster.Server.Configuration, cluster.Nodes);
        await MeasureAsync(experiment, dataPlane, version: "v1.", during: _ => Task.CompletedTask);
    }

    [Theory]
    [InlineData("iptables-nft")]
    [InlineData("iptables-legacy")]
    public async Task Both_modes_of_real_kube_proxies_are_measured_and_the_configuration_is_restored(
        string name)
    {
        DataPlane iptables = new(name);
        await using KubeProxyCluster cluster = await KubeProxyCluster.StartAsync(iptables);
        await using KubeProxyDaemon daemon = await KubeProxyDaemon.StartAsync(cluster.Server);
        daemon.Start = (node, mode) => cluster.RestartInModeAsync(
            cluster.Nodes.Single(each => each.Name == node),
            mode == ProxyMode.Nftables ? Planes.Nftables : iptables,
            CancellationToken.None,
            iptables);
        await using ClusterExperiment experiment =
            await ClusterExperiment.StartAsync(cluster.Server.Configuration, cluster.Nodes);

        ExperimentResults results = await experiment.CompleteAsync(
            $$"""
            "dataPlanes": ["{{iptables.WireName()}}", "nftables"], "proxyModes": ["iptables", "nftables"],
            "allowProxyReconfiguration": true, "measure": ["one-way"]
            """,
            during: _ => Task.CompletedTask);

        Assert.All(results.ByNode(), own => Assert.Equal(
            new[] { iptables, Planes.Nftables, DataPlane.NoRules }.Order(),
            own.AcceptedAttempts().Select(each => each.Trial.Cell.DataPlane).Distinct().Order()));
        Assert.All(
            results.AcceptedAttempts().Where(each => each.Trial.Cell.DataPlane != DataPlane.NoRules),
            attempt => Assert.Equal(200, attempt.Counts.Translated));
        await daemon.AssertAsBeforeAsync();
    }

    private static async Task AddObjectsAsync(Kubernetes client, IReadOnlyList<KubeNode> nodes)
    {
        await ClusterObjects.AddOwnServiceAsync(client, nodes[0].EchoAddress, Token);
        await client.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = ClusterObjects.EchoNamespace } },
            cancellationToken: Token);
        foreach (KubeNode each in nodes)
        {
            await ClusterObjects.AddNodeAsync(client, each, Token);
            await ClusterObjects.AddEchoPodAsync(client, $"echo-{each.Number}", each.EchoAddress, each.Name, Token);
        }
    }

    private static async Task MeasureAsync(
        ClusterExperiment experiment, DataPlane dataPlane, string? version, Func<Guid, Task> during)
    {
        ExperimentResults results =
            await experiment.CompleteAsync($"\"dataPlanes\": [\"{dataPlane.WireName()}\"]", during);

        Assert.Equal(["node-1", "node-2"], results.Nodes);
        foreach (ExperimentResults own in results.ByNode())
        {
            Assert.Equal(6, own.Attempts.DistinctBy(each => each.Trial.Key.Trial).Count());
            Assert.All(own.Attempts, attempt => Assert.Equal(own.Node, attempt.Trial.Node!.Name));
            Assert.All(own.AcceptedAttempts().Where(each => each.Trial.Cell.DataPlane == dataPlane), attempt =>
            {
                Assert.Equal(200, attempt.Counts.FirstPackets);
                Assert.Equal(200, attempt.Counts.Translated);
                Assert.Equal(ClusterExperiment.Services + 1, attempt.Conditions.Rules);
            });
            Assert.Contains(own.AcceptedAttempts(), each => each.Trial.Cell.DataPlane == dataPlane);
            Assert.NotNull(own.Machine);
            string? read = own.Steps[^1].Nodes.Single().KubeProxy?.Version;
            Assert.True(version is null || read?.StartsWith(version, StringComparison.Ordinal) == true, read);
        }
    }

    private static async Task AssertCancelLeavesNothingAsync(ClusterExperiment experiment)
    {
        Guid cancelled = await experiment.RequestAsync(
            """
            "dataPlanes": ["nftables"], "measure": ["one-way"], "builds": 1, "trials": 100
            """);
        await experiment.Pipeline.WaitForTrialsAsync(cancelled, 3);
        await experiment.Pipeline.RequestAsync($$$"""{"cancel": {"experimentId": "{{{cancelled}}}"}}""");
        Assert.Equal("cancelled", await experiment.Pipeline.WaitForEndAsync(cancelled));
        await experiment.AssertNothingLeftAsync();
    }
}
