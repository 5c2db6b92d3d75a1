using k8s;
using k8s.Models;

namespace Plumbline.Cluster.Tests;

public sealed class Cluster_cleanup_specs : IAsyncLifetime
{
    private const int Success = 0;
    private const int Failed = 1;

    private static readonly LeaseTerms s_short =
        new() { Duration = TimeSpan.FromSeconds(1), Renewal = TimeSpan.FromMilliseconds(50) };

    private readonly Guid _id = Guid.NewGuid();
    private TestedCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await TestedCluster.StartAsync();

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Leftovers_are_removed_and_named_and_nothing_else_changes()
    {
        await _cluster.AddExperimentAsync(_id);
        await _cluster.EnsureNamespaceAsync("plumbline-somebodys");

        Assert.Equal(
            (Success, $"removed namespace plumbline-{_id:N} and everything in it\nremoved 1 namespace\n"),
            await _cluster.RunAsync("cleanup", "--cluster"));

        Assert.Empty(await _cluster.NamespacesAsync());
        Assert.Empty(
            (await _cluster.Client.CoreV1.ListServiceForAllNamespacesAsync(
                labelSelector: ClusterNames.ExperimentLabel, cancellationToken: Token)).Items);
        Assert.Equal("", (await _cluster.Lease().ReadAsync(Token)).Identity);
        await _cluster.Client.CoreV1.ReadNamespaceAsync("plumbline-somebodys", cancellationToken: Token);
        Assert.Equal((Success, "nothing to remove\n"), await _cluster.RunAsync("cleanup", "--cluster"));
    }

    [Fact]
    public async Task A_living_experiment_keeps_its_namespace_and_is_named()
    {
        Guid leftover = Guid.NewGuid();
        await _cluster.AddExperimentAsync(_id);
        await _cluster.AddExperimentAsync(leftover);
        LeaseHolder holder = new("plumbline", _id);
        await using HeldLease held = await HoldAsync(holder);

        (int exitCode, string output) = await _cluster.RunAsync("cleanup", "--cluster");

        Assert.Equal(Success, exitCode);
        Assert.Equal(
            $"removed namespace plumbline-{leftover:N} and everything in it\nremoved 1 namespace\n"
            + $"left alone: {holder} holds the cluster; to end it, run plumbline cancel {_id.ToString()[..8]}\n"
            + $"{holder} holds the cluster; waiting up to 60 s for it to renew its Lease\n",
            output);
        Assert.Equal([ClusterNames.Namespace(_id)], await _cluster.NamespacesAsync());
        Assert.True(await _cluster.Lease().RenewAsync(holder, Token));
    }

    [Fact]
    public async Task An_experiment_whose_scaler_is_dead_is_removed_and_loses_the_cluster()
    {
        await _cluster.AddExperimentAsync(_id);
        LeaseHolder holder = new("plumbline", _id);
        await _cluster.Lease(s_short).TakeAsync(holder, _ => { }, Token);

        Assert.Equal(Success, (await _cluster.RunAsync("cleanup", "--cluster")).ExitCode);

        Assert.Empty(await _cluster.NamespacesAsync());
        Assert.False(await _cluster.Lease().RenewAsync(holder, Token));
    }

    [Fact]
    public async Task A_mode_that_a_finished_experiment_left_is_restored_and_a_living_ones_mode_stays()
    {
        await using KubeProxyDaemon daemon = await KubeProxyDaemon.StartAsync(_cluster.Server);
        await new KubeProxySwitch(new ApiServer(_cluster.Client)).SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);
        HeldLease held = await HoldAsync(new LeaseHolder("plumbline", _id));
        Assert.StartsWith(
            "nothing to remove\nleft alone: ",
            (await _cluster.RunAsync("cleanup", "--cluster")).Output,
            StringComparison.Ordinal);
        Assert.NotNull(await daemon.FindOriginalAsync());
        await held.DisposeAsync();
        Assert.Contains(
            $"kube-proxy's mode, changed by experiment {_id:N}",
            (await _cluster.RunAsync("doctor", "--cluster")).Output,
            StringComparison.Ordinal);

        Assert.Equal(
            (Success, $"kube-proxy is configured as it was before experiment {_id:N} (ConfigMap "
                + "kube-system/kube-proxy)\nremoved 0 namespaces\n"),
            await _cluster.RunAsync("cleanup", "--cluster"));

        await daemon.AssertAsBeforeAsync();
        Assert.Equal((Success, "nothing to remove\n"), await _cluster.RunAsync("cleanup", "--cluster"));
    }

    [Fact]
    public async Task A_forbidden_removal_is_an_error_that_names_the_object()
    {
        await _cluster.AddExperimentAsync(_id);
        _cluster.Server.Denied.Add(("delete", "namespaces"));

        (int exitCode, string output) = await _cluster.RunAsync("cleanup", "--cluster");

        Assert.Equal(Failed, exitCode);
        Assert.StartsWith(
            $"plumbline: cannot delete namespace plumbline-{_id:N}: 403 Forbidden", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cluster_is_held_while_a_namespace_terminates_and_given_back_when_it_does_not_go()
    {
        await _cluster.AddExperimentAsync(_id);
        _cluster.Server.Controller.IsAtWork = false;
        ApiPatience patience = new() { Look = TimeSpan.FromMilliseconds(20), Termination = 3 * s_short.Duration };
        Task<LeaseReading?> cleaning = CleanAsync(patience);

        await Task.Delay(2 * s_short.Duration, Token);

        Assert.Equal("cleanup", (await _cluster.Lease().ReadAsync(Token)).Holder?.Pipeline);
        Assert.NotNull(await _cluster.Lease(s_short).TakeAsync(new LeaseHolder("another", _id), _ => { }, Token));
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => cleaning);
        Assert.StartsWith(
            $"namespace plumbline-{_id:N} is not gone 3 s after it was deleted",
            error.Message,
            StringComparison.Ordinal);
        Assert.Equal("", (await _cluster.Lease().ReadAsync(Token)).Identity);
    }

    [Fact]
    public async Task A_cleanup_that_loses_the_cluster_to_an_experiment_stops()
    {
        await _cluster.AddExperimentAsync(_id);
        _cluster.Server.Controller.IsAtWork = false;
        ApiPatience patience = new() { Look = TimeSpan.FromMilliseconds(20) };
        Task<LeaseReading?> cleaning = CleanAsync(patience);
        while ((await _cluster.Lease().ReadAsync(Token)).Identity.Length == 0)
        {
            await Task.Delay(20, Token);
        }

        V1Lease lease = await _cluster.Client.CoordinationV1.ReadNamespacedLeaseAsync(
            ClusterNames.LeaseName, ClusterNames.LeaseNamespace, cancellationToken: Token);
        lease.Metadata.ResourceVersion = null;
        lease.Spec.HolderIdentity = new LeaseHolder("another", Guid.NewGuid()).Identity;
        await _cluster.Client.CoordinationV1.ReplaceNamespacedLeaseAsync(
            lease, ClusterNames.LeaseName, ClusterNames.LeaseNamespace, cancellationToken: Token);

        Assert.StartsWith(
            "the cleanup lost the Lease",
            (await Assert.ThrowsAsync<ClusterRefusedException>(() => cleaning)).Message,
            StringComparison.Ordinal);
        Assert.Equal("another", (await _cluster.Lease().ReadAsync(Token)).Holder?.Pipeline);
    }

    /// <summary>As a service scaler holds it, which renews often here.</summary>
    private async Task<HeldLease> HoldAsync(LeaseHolder holder)
    {
        ClusterLease lease = _cluster.Lease(new LeaseTerms { Renewal = TimeSpan.FromMilliseconds(50) });
        return (await HeldLease.TakeAsync(lease, holder, _ => { }, Token)).Held!;
    }

    /// <summary>A cleanup that finds nobody in the cluster and removes nothing.</summary>
    private Task<LeaseReading?> CleanAsync(ApiPatience patience)
    {
        ApiServer api = new(new Kubernetes(_cluster.Server.Configuration), patience);
        ClusterLease lease = new(api, s_short, TimeProvider.System);
        Leftovers leftovers = new(new ExperimentNamespace(api), new KubeProxySwitch(api), lease);
        return new ClusterCleanup(leftovers, lease).RunAsync("cleanup", new NothingHappens(), Token);
    }

    private sealed class NothingHappens : ICleanupWatcher
    {
        public void OnWait(LeaseReading held) => Assert.Fail($"the cleanup waits for {held.Name}");

        public void OnRemoved(string namespaceName) => Assert.Fail($"{namespaceName} is gone");

        public void OnRestored(KubeProxyRestoration restoration) => Assert.Fail($"{restoration}");
    }
}
