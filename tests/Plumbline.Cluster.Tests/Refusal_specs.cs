using k8s;
using k8s.Models;
using Plumbline.DataPlanes;

namespace Plumbline.Cluster.Tests;

/// <summary>What a cluster cannot do is refused with one reason, before anything is created.</summary>
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
        Assert.DoesNotContain(_server.Writes, write => write.Kind == ResourceKind.Services || write.Kind == ResourceKind.EndpointSlices || write.Kind == ResourceKind.Namespaces);
        _life.Dispose();
        _view.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_Services_than_the_Service_range_has_addresses_whether_the_API_serves_ServiceCIDRs_or_only_says_its_range(bool servesServiceCidrs)
    {
        _server.ServesServiceCidrs = servesServiceCidrs;

        Assert.Equal(
            "254 Services do not fit into the cluster's Service range 10.96.0.0/24: it has 254 addresses, of which 1 are taken; "
            + "take fewer Services with more portsPerService, or give the cluster a larger range",
            await RefusalAsync(ScalerLife.Step(_id, 1, 254)));
    }

    [Fact]
    public async Task No_node_and_one_that_there_is_not_are_refused_with_the_names_of_those_that_there_are()
    {
        await _view.EnsureNodeAsync("node-2", "10.244.1.0/24");

        Assert.Equal("nodes: must name the nodes to measure on; this cluster's are node-1, node-2", await RefusalAsync(ScalerLife.Step(_id, 1, 10) with { Nodes = [] }));
        Assert.Equal("nodes: the cluster has no node node-3; its nodes are node-1, node-2", await RefusalAsync(ScalerLife.Step(_id, 1, 10) with { Nodes = ["node-1", "node-3"] }));
    }

    [Fact]
    public async Task A_node_without_addresses_for_pods_is_refused_with_what_to_set()
    {
        await _view.EnsureNodeAsync("node-2", null);
        await _view.EnsureNodeAsync("node-3", "10.244.9.0/31");

        Assert.Contains("node node-2 has no IPv4 podCIDR", await RefusalAsync(ScalerLife.Step(_id, 1, 10) with { Nodes = ["node-2"] }), StringComparison.Ordinal);
        string full = await RefusalAsync(ScalerLife.Step(_id, 1, 10) with { Nodes = ["node-3"] });
        Assert.Contains("node node-3 has no address left in its podCIDR 10.244.9.0/31", full, StringComparison.Ordinal);
        Assert.Contains("PLUMBLINE_CLUSTER__SOURCEPREFIXES=node-3=", full, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_later_step_of_the_experiment_that_will_not_fit_at_its_first() => Assert.StartsWith(
        "300 Services do not fit", await RefusalAsync(ScalerLife.Step(_id, 0, 0) with { MostServices = 300 }), StringComparison.Ordinal);

    [Fact]
    public async Task Permissions_that_are_missing_are_all_named()
    {
        _server.Denied.Add(("deletecollection", "services"));
        _server.Denied.Add(("create", "endpointslices"));
        _server.Denied.Add(("update", "leases"));

        Assert.Equal(
            $"the API server does not let this worker deletecollection services in namespace plumbline-{_id:N}, create endpointslices.discovery.k8s.io in namespace plumbline-{_id:N}, "
            + "update leases.coordination.k8s.io plumbline in namespace kube-system: grant it what docs/cluster.md lists",
            await RefusalAsync(ScalerLife.Step(_id, 1, 10)));
    }

    [Fact]
    public async Task More_endpoints_than_echo_workers_are_ready()
    {
        V1Pod pod = await _view.Client.CoreV1.ReadNamespacedPodAsync("echo-1", ClusterObjects.EchoNamespace, cancellationToken: Token);
        pod.Status.Conditions[0].Status = "False";
        await _view.Client.CoreV1.ReplaceNamespacedPodStatusAsync(pod, "echo-1", ClusterObjects.EchoNamespace, cancellationToken: Token);

        Assert.Equal(
            "a Service is to have 2 endpoints but of the echo worker's pods (app.kubernetes.io/name=echo-worker in namespace plumbline) 1 are ready: start more of them, or ask for fewer endpointsPerService",
            await RefusalAsync(ScalerLife.Step(_id, 1, 10) with { EndpointsPerService = 2 }));
    }

    [Theory]
    [InlineData(DataPlane.IptablesLegacy, NftablesDialect.V136, "iptables-legacy is asked for but the cluster's nodes have nftables")]
    [InlineData(DataPlane.Nftables, NftablesDialect.V135, "nftablesDialect 1.35 is asked for but node node-1 has rules in the dialect of 1.36")]
    public async Task A_data_plane_or_a_dialect_that_the_nodes_have_not(DataPlane dataPlane, NftablesDialect dialect, string reason) => Assert.StartsWith(
        reason, await RefusalAsync(ScalerLife.Step(_id, 1, 10) with { DataPlanes = [dataPlane], NftablesDialect = dialect }), StringComparison.Ordinal);

    [Fact]
    public async Task Three_data_planes_at_the_experiments_first_step_already() => Assert.Equal(
        "iptables-legacy is asked for but the cluster's nodes have nftables, and a node has one data plane at a time: ask for dataPlanes: [nftables], or switch kube-proxy's mode and ask again",
        await RefusalAsync(ScalerLife.Step(_id, 0, 0) with { AllDataPlanes = [DataPlane.IptablesLegacy, DataPlane.IptablesNft, DataPlane.Nftables] }));

    [Fact]
    public async Task A_node_without_rules_of_kube_proxy()
    {
        _life.Node.Rules = new KernelRuleCounts();

        Assert.StartsWith("node node-1: the kernel has no Service rules of kube-proxy", await RefusalAsync(ScalerLife.Step(_id, 0, 0)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_an_experiment_holds_which_gave_a_sign_of_life_a_moment_ago()
    {
        await HoldAsync("pipeline-2", renewedSecondsAgo: 50);

        Assert.Matches(
            @"^the cluster is held by experiment 0{32} of pipeline pipeline-2 \(Lease kube-system/plumbline, renewed 5\d s ago\): wait until it has ended",
            await RefusalAsync(ScalerLife.Step(_id, 1, 10)));
    }

    [Fact]
    public async Task Not_a_cluster_whose_holder_has_given_no_sign_of_life_for_too_long()
    {
        await HoldAsync("pipeline-2", renewedSecondsAgo: 61);

        await _life.Lease.TakeAsync(_id, Token);

        Assert.Equal($"pipeline-1/{_id:N}", await _view.HolderAsync());
    }

    private async Task<string> RefusalAsync(ScaleStep step) =>
        (await Assert.ThrowsAsync<ClusterRefusedException>(() => _life.Cluster.ScaleAsync(step, Token))).Message;

    private Task HoldAsync(string pipeline, int renewedSecondsAgo) => _view.Client.CoordinationV1.CreateNamespacedLeaseAsync(
        new V1Lease
        {
            Metadata = new V1ObjectMeta { Name = ClusterNames.LeaseName },
            Spec = new V1LeaseSpec
            {
                HolderIdentity = $"{pipeline}/{Guid.Empty:N}",
                LeaseDurationSeconds = 60,
                RenewTime = DateTime.UtcNow.AddSeconds(-renewedSecondsAgo),
            },
        },
        ClusterNames.LeaseNamespace,
        cancellationToken: Token);
}
