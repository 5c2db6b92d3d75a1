using System.Text.Json;
using k8s;
using k8s.Models;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Results;

namespace Plumbline.Pipeline.Tests;

/// <summary>An experiment from request to report on a cluster of two nodes that are namespaces, by workers that are processes, the probes on the nodes.</summary>
[Trait("Category", "Kernel")]
public sealed class Cluster_specs
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>On an API server's double; rules are written as kube-proxy writes them.</summary>
    [Fact]
    public async Task Each_node_is_measured_by_its_own_probes_and_nothing_is_left()
    {
        IReadOnlyList<KubeNode> nodes = [.. Enumerable.Range(1, 2).Select(number => new KubeNode(number, $"cluster-{Environment.ProcessId}"))];
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
            await MeasureAsync(server.Configuration, nodes, DataPlane.Nftables, version: null);
        }
        finally
        {
            await KubeNodeNetwork.RemoveAsync(nodes);
        }
    }

    [Theory]
    [InlineData(DataPlane.IptablesNft)]
    [InlineData(DataPlane.IptablesLegacy)]
    [InlineData(DataPlane.Nftables)]
    public async Task The_same_on_a_real_API_server_with_real_kube_proxies(DataPlane dataPlane)
    {
        await using KubeProxyCluster cluster = await KubeProxyCluster.StartAsync(dataPlane);

        await MeasureAsync(cluster.Server.Configuration, cluster.Nodes, dataPlane, version: "v1.");
    }

    private static async Task AddObjectsAsync(Kubernetes client, IReadOnlyList<KubeNode> nodes)
    {
        await ClusterObjects.AddOwnServiceAsync(client, nodes[0].EchoAddress, Token);
        await client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = ClusterObjects.EchoNamespace } }, cancellationToken: Token);
        foreach (KubeNode each in nodes)
        {
            await ClusterObjects.AddNodeAsync(client, each, Token);
            await ClusterObjects.AddEchoPodAsync(client, $"echo-{each.Number}", each.EchoAddress, each.Name, Token);
        }
    }

    private static async Task MeasureAsync(KubernetesClientConfiguration configuration, IReadOnlyList<KubeNode> nodes, DataPlane dataPlane, string? version)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder.File("kubeconfig"), KubeConfig.Of(configuration.Host, configuration.AccessToken ?? "none"), Token);
        await using Worker echo = Worker.Start("echo-worker", new Dictionary<string, string>(), nodes[0].Pods.Name, "--health-port", "0");
        await using Pipeline pipeline = await Pipeline.StartInClusterAsync(folder.File("kubeconfig"), nodes);

        JsonElement answer = await pipeline.RequestAsync(
            $$$"""
            {"spec": {"nodes": ["node-1", "node-2"], "dataPlanes": ["{{{dataPlane.WireName()}}}"], "services": [30], "positions": ["last"], "trials": 1,
             "packets": 200, "warmupPackets": 50, "ratePps": 2000, "rttPacing": "ping-pong", "timeoutMs": 1000, "maxAttempts": 5}}
            """);
        Assert.True(answer.GetProperty("accepted").GetBoolean(), answer.ToString());
        Guid id = answer.GetProperty("experimentId").GetGuid();
        string state = await pipeline.WaitForEndAsync(id);

        ExperimentResults results = pipeline.Load(id);
        Assert.True(state == "completed", $"{state}: {results.Summary.Reason}\n{pipeline.Logs()}");
        Assert.Equal(["node-1", "node-2"], results.Nodes);
        foreach (string node in results.Nodes)
        {
            ExperimentResults own = results.OfNode(node);
            Assert.Equal(6, own.Attempts.DistinctBy(each => each.Trial.Key.Trial).Count());
            Assert.All(own.Attempts, attempt => Assert.Equal(node, attempt.Trial.Place!.Node));
            Assert.All(own.AcceptedAttempts().Where(each => each.Trial.DataPlane == dataPlane), attempt =>
            {
                Assert.Equal(200, attempt.Counts.FirstPackets);
                Assert.Equal(200, attempt.Counts.Translated);
                Assert.Equal(31, attempt.Conditions.Rules);
            });
            Assert.Contains(own.AcceptedAttempts(), each => each.Trial.DataPlane == dataPlane);
        }

        if (version is not null)
        {
            Assert.All(results.Nodes, node => Assert.StartsWith(version, results.OfNode(node).Steps[^1].Nodes.Single().KubeProxy?.Version, StringComparison.Ordinal));
        }

        using Kubernetes client = new(configuration);
        Assert.Empty((await client.CoreV1.ListNamespaceAsync(labelSelector: "plumbline/experiment", cancellationToken: Token)).Items);
        Assert.All(nodes, node => Assert.DoesNotContain("plo", Links(node), StringComparison.Ordinal));
    }

    private static string Links(KubeNode node) => Tool.RunAsync(node.Namespace, "ip", ["-br", "link"], token: Token).GetAwaiter().GetResult();
}
