using System.Globalization;
using k8s;
using k8s.KubeConfigModels;
using k8s.Models;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.DataPlanes;

namespace Plumbline.Tests;

/// <summary>
/// A cluster with a real API server and real kube-proxies, from the folder that KUBEBUILDER_ASSETS names. Its nodes are
/// network namespaces. There is no kubelet: pods are only objects, and a test runs what should answer in <see
/// cref="KubeNode.Pods"/>.
/// </summary>
internal sealed class KubeProxyCluster : IAsyncDisposable
{
    public const string SkipReason = "KUBEBUILDER_ASSETS names no folder with kube-apiserver, etcd and kube-proxy";

    private static readonly string[] s_iptablesTools =
    [
        "iptables", "iptables-save", "iptables-restore", "ip6tables", "ip6tables-save", "ip6tables-restore",
    ];

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(100);
    private static int s_created;

    private readonly TemporaryFolder _folder = new();
    private readonly RealApiServer _server;
    private readonly Dictionary<KubeNode, KubeProxyProcess> _proxies = [];
    private readonly List<NamespaceRelay> _relays = [];

    private KubeProxyCluster(RealApiServer server, int nodes)
    {
        _server = server;
        string prefix = string.Create(
            CultureInfo.InvariantCulture, $"kube-test-{Environment.ProcessId}-{Interlocked.Increment(ref s_created)}");
        Nodes = [.. Enumerable.Range(1, nodes).Select(number => new KubeNode(number, prefix))];
    }

    /// <summary>
    /// Connects to the API server with all permissions, from the test's own namespace and from each node's.
    /// </summary>
    public ITestedApiServer Server => _server;

    public IReadOnlyList<KubeNode> Nodes { get; }

    /// <summary>
    /// Starts everything and waits until every node has the cluster's own Service. Skips the test when there is no
    /// kube-proxy.
    /// </summary>
    /// <param name="dataPlane">
    /// The same on all nodes: nftables, or kube-proxy's iptables mode with either iptables.
    /// </param>
    public static async Task<KubeProxyCluster> StartAsync(DataPlane dataPlane, int nodes = 2)
    {
        Assert.SkipWhen(KubeProxyProcess.Program is null, SkipReason);
        Assert.SkipUnless(
            string.Equals(Environment.UserName, "root", StringComparison.Ordinal),
            "needs root to create a network namespace");
        KubeProxyCluster cluster = new(await RealApiServer.StartAsync(), nodes);
        try
        {
            await cluster.BeginAsync(dataPlane);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public KubeProxyProcess ProxyOf(KubeNode node) => _proxies[node];

    /// <summary>
    /// Ends the node's kube-proxy and starts it for another data plane, like a DaemonSet's rollout. The old one's rules
    /// stay unless the new one removes them. Returns when it answers.
    /// </summary>
    /// <param name="iptables">
    /// The node's iptables, whose rules a kube-proxy in nftables mode removes; null: the data plane's.
    /// </param>
    public async Task RestartInModeAsync(
        KubeNode node, DataPlane dataPlane, CancellationToken token, DataPlane? iptables = null)
    {
        if (_proxies.Remove(node, out KubeProxyProcess? old))
        {
            await old.DisposeAsync();
        }

        string mode = dataPlane.Mode()!.Value.WireName();
        _proxies[node] = KubeProxyProcess.Start(
            node, ToolsOf(iptables ?? dataPlane), _folder.File("kubeconfig"), mode, _folder.File($"{node.Name}.log"));
        await UntilAsync(
            async patience => await _proxies[node].GetAsync("/proxyMode", patience) == mode,
            $"kube-proxy of {node.Name} does not answer",
            token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (KubeProxyProcess each in _proxies.Values)
        {
            await each.DisposeAsync();
        }

        foreach (NamespaceRelay each in _relays)
        {
            await each.DisposeAsync();
        }

        await KubeNodeNetwork.RemoveAsync(Nodes);
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task BeginAsync(DataPlane dataPlane)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await KubeNodeNetwork.CreateAsync(Nodes);
        await File.WriteAllTextAsync(
            _folder.File("kubeconfig"), KubernetesYaml.Serialize(Kubeconfig(_server.Configuration)), token);
        using Kubernetes client = new(_server.Configuration);
        await ClusterObjects.AddOwnServiceAsync(client, Nodes[0].EchoAddress, token);
        await client.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = ClusterObjects.EchoNamespace } },
            cancellationToken: token);
        foreach (KubeNode each in Nodes)
        {
            await ClusterObjects.AddNodeAsync(client, each, token);
            await ClusterObjects.AddEchoPodAsync(client, $"echo-{each.Number}", each.EchoAddress, each.Name, token);
            _relays.Add(await NamespaceRelay.StartAsync(each.Namespace, new Uri(_server.Configuration.Host).Port));
            await RestartInModeAsync(each, dataPlane, token);
        }

        foreach (KubeNode each in Nodes)
        {
            await UntilAsync(
                async patience =>
                    DetectedDataPlane.Of(
                        await DataPlaneDetector.ReadAsync(each.Namespace, patience)).DataPlane == dataPlane,
                $"{each.Name} has no rules of {dataPlane.WireName()}",
                token);
        }
    }

    private static K8SConfiguration Kubeconfig(KubernetesClientConfiguration configuration) => new()
    {
        ApiVersion = "v1",
        Kind = "Config",
        CurrentContext = "test",
        Clusters =
            [new k8s.KubeConfigModels.Cluster
            {
                Name = "test",
                ClusterEndpoint = new ClusterEndpoint { Server = configuration.Host, SkipTlsVerify = true },
            }],
        Contexts =
            [new Context { Name = "test", ContextDetails = new ContextDetails { Cluster = "test", User = "test" } }],
        Users =
            [new User { Name = "test", UserCredentials = new UserCredentials { Token = configuration.AccessToken } }],
    };

    /// <summary>A folder in which each iptables tool is the data plane's, whatever the host's default is.</summary>
    private string ToolsOf(DataPlane dataPlane)
    {
        string variant = dataPlane == Planes.IptablesLegacy ? "-legacy" : "-nft";
        string folder = _folder.File($"tools{variant}");
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            foreach (string each in s_iptablesTools)
            {
                // iptables-nft-save, ip6tables-legacy
                string tool = each.Insert(each.IndexOf("tables", StringComparison.Ordinal) + "tables".Length, variant);
                File.CreateSymbolicLink(
                    Path.Combine(folder, each),
                    Tool.Find(tool) ?? throw new InvalidOperationException($"{tool} is missing: install iptables"));
            }
        }

        return folder;
    }

    private static async Task UntilAsync(
        Func<CancellationToken, Task<bool>> isSo, string otherwise, CancellationToken token)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(s_patience);
        try
        {
            while (!await isSo(patience.Token))
            {
                await Task.Delay(s_period, patience.Token);
            }
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new TimeoutException(otherwise);
        }
    }
}
