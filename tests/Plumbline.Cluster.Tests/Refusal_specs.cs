using k8s;
using k8s.Models;
using Plumbline.DataPlanes;

namespace Plumbline.Cluster.Tests;

/// <summary>A step that the cluster cannot do is refused with one reason, before anything is created.</summary>
public sealed class Refusal_specs : IAsyncLifetime
{
    private readonly Guid _id = Guid.NewGuid();
    private ApiServerDouble _server = null!;
    private ClusterView _view = null!;
    private ScalerLife _life = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ApiServerDouble.StartAsync("10.96.0.0/24");
        _view = new ClusterView(_server);
        await _view.StartEchoWorkersAsync(2);
        _life = new ScalerLife(_server);
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Empty((await _view.Client.CoreV1.ListNamespaceAsync(labelSelector: ClusterNames.ExperimentLabel)).Items);
        Assert.DoesNotContain(
            _server.Writes,
            write =>
                write.Kind == ResourceKind.Services
                    || write.Kind == ResourceKind.EndpointSlices
                    || write.Kind == ResourceKind.Namespaces);
        _life.Dispose();
        _view.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_Services_than_addresses_with_and_without_ServiceCIDRs(bool servesServiceCidrs)
    {
        _server.ServesServiceCidrs = servesServiceCidrs;

        Assert.Equal(
            "254 Services do not fit into the cluster's Service range 10.96.0.0/24: it has 254 addresses, and 1 are "
            + "taken; "
            + "ask for fewer Services with more portsPerService, or give the cluster a larger range",
            await RefusalAsync(ScalerLife.Step(_id, 1, 254)));
    }

    [Fact]
    public async Task No_node_and_an_unknown_node_are_refused_with_the_names_of_the_clusters_nodes()
    {
        await _view.EnsureNodeAsync("node-2", "10.244.1.0/24");

        Assert.Equal(
            "nodes: must name the nodes to measure on; this cluster's are node-1, node-2",
            await RefusalAsync(ScalerLife.Step(_id, 1, 10) with { Nodes = [] }));
        Assert.Equal(
            "nodes: the cluster has no node node-3; its nodes are node-1, node-2",
            await RefusalAsync(ScalerLife.Step(_id, 1, 10) with { Nodes = ["node-1", "node-3"] }));
    }

    [Fact]
    public async Task A_node_without_pod_addresses_is_refused_with_the_setting_to_use()
    {
        await _view.EnsureNodeAsync("node-2", null);
        await _view.EnsureNodeAsync("node-3", "10.244.9.0/31");

        Assert.Contains(
            "node node-2 has no IPv4 podCIDR",
            await RefusalAsync(ScalerLife.Step(_id, 1, 10) with { Nodes = ["node-2"] }),
            StringComparison.Ordinal);
        string full = await RefusalAsync(ScalerLife.Step(_id, 1, 10) with { Nodes = ["node-3"] });
        Assert.Contains("node node-3 has no address left in its podCIDR 10.244.9.0/31", full, StringComparison.Ordinal);
        Assert.Contains("PLUMBLINE_CLUSTER__SOURCEPREFIXES=node-3=", full, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_step_that_will_not_fit_is_refused_at_the_first_step() => Assert.StartsWith(
        "300 Services do not fit", await RefusalAsync(
            ScalerLife.Step(_id, 0, 0) with { MostServices = 300 }), StringComparison.Ordinal);

    [Fact]
    public async Task All_missing_permissions_are_named()
    {
        _server.Denied.Add(("deletecollection", "services"));
        _server.Denied.Add(("create", "endpointslices"));
        _server.Denied.Add(("update", "leases"));

        Assert.Equal(
            $"the API server does not let this worker deletecollection services in namespace plumbline-{_id:N}, "
            + $"create endpointslices.discovery.k8s.io in namespace plumbline-{_id:N}, "
            + "update leases.coordination.k8s.io plumbline in namespace kube-system: grant what docs/cluster.md lists",
            await RefusalAsync(ScalerLife.Step(_id, 1, 10)));
    }

    [Fact]
    public async Task More_endpoints_than_echo_workers_are_ready()
    {
        V1Pod pod = await _view.Client.CoreV1.ReadNamespacedPodAsync(
            "echo-1", ClusterObjects.EchoNamespace, cancellationToken: Token);
        pod.Status.Conditions[0].Status = "False";
        await _view.Client.CoreV1.ReplaceNamespacedPodStatusAsync(
            pod, "echo-1", ClusterObjects.EchoNamespace, cancellationToken: Token);

        Assert.Equal(
            "a Service needs 2 endpoints, but only 1 pods of the echo worker are ready "
            + "(app.kubernetes.io/name=echo-worker in namespace plumbline): "
            + "start more of them, or ask for fewer endpointsPerService",
            await RefusalAsync(ScalerLife.Step(_id, 1, 10) with { EndpointsPerService = 2 }));
    }

    [Theory]
    [InlineData(
        "iptables-legacy",
        NftablesDialect.V136,
        "the experiment asks for iptables-legacy, but the cluster's nodes have nftables")]
    [InlineData(
        "nftables",
        NftablesDialect.V135,
        "the experiment asks for nftablesDialect 1.35, but node node-1 has rules in the dialect of 1.36")]
    public async Task A_data_plane_or_a_dialect_that_the_nodes_lack(
        string dataPlane, NftablesDialect dialect, string reason) => Assert.StartsWith(
        reason, await RefusalAsync(
            ScalerLife.Step(
                _id,
                1,
                10) with { DataPlanes =
                    [new DataPlane(dataPlane)], NftablesDialect = dialect }), StringComparison.Ordinal);

    [Fact]
    public async Task Three_data_planes_are_refused_at_the_first_step() => Assert.Equal(
        "the experiment asks for iptables-legacy, but the cluster's nodes have nftables, and a node has one data "
        + "plane at a time: "
        + "ask for dataPlanes: [nftables], or switch kube-proxy's mode and try again",
        await RefusalAsync(
            ScalerLife.Step(
                _id, 0, 0) with { AllDataPlanes = [Planes.IptablesLegacy, Planes.IptablesNft, Planes.Nftables] }));

    [Fact]
    public async Task A_node_without_rules_of_kube_proxy()
    {
        _life.Node.Rules = new KernelRuleCounts([]);

        Assert.StartsWith(
            "node node-1: the kernel has no Service rules of kube-proxy",
            await RefusalAsync(ScalerLife.Step(_id, 0, 0)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_a_living_experiment_holds()
    {
        Guid other = Guid.NewGuid();
        ClusterLease lease = new(
            new ApiServer(_view.Client),
            new LeaseTerms { Renewal = TimeSpan.FromMilliseconds(50) },
            TimeProvider.System);
        (HeldLease? held, _) = await HeldLease.TakeAsync(lease, new LeaseHolder("pipeline-2", other), _ => { }, Token);
        await using (held)
        {
            Assert.Equal(
                $"the cluster is held by experiment {other:N} of pipeline pipeline-2, which has just renewed Lease "
                + "kube-system/plumbline: "
                + "wait until it has ended; two experiments at once disturb each other",
                await RefusalAsync(ScalerLife.Step(_id, 1, 10)));
        }
    }

    private async Task<string> RefusalAsync(ScaleStep step) =>
        (await Assert.ThrowsAsync<ClusterRefusedException>(() => _life.Cluster.ScaleAsync(step, Token))).Message;
}
