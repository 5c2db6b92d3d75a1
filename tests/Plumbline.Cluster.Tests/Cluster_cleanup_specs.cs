using k8s;
using k8s.Models;

namespace Plumbline.Cluster.Tests;

public sealed class Cluster_cleanup_specs : IAsyncLifetime
{
    private const int Success = 0;
    private const int Failed = 1;

    private static readonly LeaseTerms s_short = new() { Duration = TimeSpan.FromSeconds(1), Renewal = TimeSpan.FromMilliseconds(50) };

    private readonly Guid _id = Guid.NewGuid();
    private TestedCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await TestedCluster.StartAsync();

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task What_experiments_have_left_is_removed_and_named_and_nothing_else_is_touched()
    {
        await _cluster.AddExperimentAsync(_id);
        await _cluster.EnsureNamespaceAsync("plumbline-somebodys");

        Assert.Equal((Success, $"removed namespace plumbline-{_id:N} and all that was in it\nremoved 1 namespace\n"), await _cluster.RunAsync("cleanup", "--cluster"));

        Assert.Empty(await _cluster.NamespacesAsync());
        Assert.Empty((await _cluster.Client.CoreV1.ListServiceForAllNamespacesAsync(labelSelector: ClusterNames.ExperimentLabel, cancellationToken: Token)).Items);
        Assert.Equal("", (await _cluster.Lease().StandingAsync(Token)).Identity);
        await _cluster.Client.CoreV1.ReadNamespaceAsync("plumbline-somebodys", cancellationToken: Token);
        Assert.Equal((Success, "nothing was left\n"), await _cluster.RunAsync("cleanup", "--cluster"));
    }

    [Fact]
    public async Task An_experiment_that_goes_on_keeps_what_is_its_own_and_is_named()
    {
        Guid leftover = Guid.NewGuid();
        await _cluster.AddExperimentAsync(_id);
        await _cluster.AddExperimentAsync(leftover);
        LeaseHolder holder = new("plumbline", _id);
        await _cluster.Lease().TakeAsync(holder, Token);

        (int exitCode, string output) = await _cluster.RunAsync("cleanup", "--cluster");

        Assert.Equal(Success, exitCode);
        Assert.StartsWith($"removed namespace plumbline-{leftover:N} and all that was in it\nremoved 1 namespace\nleft alone: {holder} has the cluster, last heard of ", output, StringComparison.Ordinal);
        Assert.EndsWith($"plumbline cancel {_id.ToString()[..8]} ends it\n", output, StringComparison.Ordinal);
        Assert.Equal([ClusterNames.Namespace(_id)], await _cluster.NamespacesAsync());
        Assert.True(await _cluster.Lease().RenewAsync(holder, Token));
    }

    [Fact]
    public async Task An_experiment_whose_scaler_has_died_is_removed_and_has_lost_the_cluster()
    {
        await _cluster.AddExperimentAsync(_id);
        LeaseHolder holder = new("plumbline", _id);
        await _cluster.Lease().TakeAsync(holder, Token);
        V1Lease lease = await _cluster.Client.CoordinationV1.ReadNamespacedLeaseAsync(ClusterNames.LeaseName, ClusterNames.LeaseNamespace, cancellationToken: Token);
        lease.Spec.RenewTime = DateTime.UtcNow.AddMinutes(-5);
        await _cluster.Client.CoordinationV1.ReplaceNamespacedLeaseAsync(lease, ClusterNames.LeaseName, ClusterNames.LeaseNamespace, cancellationToken: Token);

        Assert.Equal(Success, (await _cluster.RunAsync("cleanup", "--cluster")).ExitCode);

        Assert.Empty(await _cluster.NamespacesAsync());
        Assert.False(await _cluster.Lease().RenewAsync(holder, Token));
    }

    [Fact]
    public async Task A_mode_of_kube_proxy_that_an_experiment_has_left_is_put_back_and_told_and_not_that_of_one_that_goes_on()
    {
        await using KubeProxyDaemon daemon = await KubeProxyDaemon.StartAsync(_cluster.Server);
        await new KubeProxySwitch(new ApiServer(_cluster.Client)).SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);
        LeaseHolder holder = new("plumbline", _id);
        await _cluster.Lease().TakeAsync(holder, Token);
        Assert.StartsWith("nothing was left\nleft alone: ", (await _cluster.RunAsync("cleanup", "--cluster")).Output, StringComparison.Ordinal);
        Assert.NotNull(await daemon.FindOriginalAsync());
        await _cluster.Lease().ReleaseAsync(holder, Token);
        Assert.Contains($"kube-proxy's mode, changed by experiment {_id:N}", (await _cluster.RunAsync("doctor", "--cluster")).Output, StringComparison.Ordinal);

        Assert.Equal(
            (Success, $"kube-proxy is configured as it was before experiment {_id:N} (ConfigMap kube-system/kube-proxy)\nremoved 0 namespaces\n"),
            await _cluster.RunAsync("cleanup", "--cluster"));

        await daemon.AssertAsBeforeAsync();
        Assert.Equal((Success, "nothing was left\n"), await _cluster.RunAsync("cleanup", "--cluster"));
    }

    [Fact]
    public async Task What_may_not_be_removed_is_an_error_that_names_it()
    {
        await _cluster.AddExperimentAsync(_id);
        _cluster.Server.Denied.Add(("delete", "namespaces"));

        (int exitCode, string output) = await _cluster.RunAsync("cleanup", "--cluster");

        Assert.Equal(Failed, exitCode);
        Assert.StartsWith($"plumbline: cannot delete namespace plumbline-{_id:N}: 403 Forbidden", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cluster_is_held_for_as_long_as_a_namespace_takes_to_go_and_given_back_where_it_does_not()
    {
        await _cluster.AddExperimentAsync(_id);
        _cluster.Server.Controller.IsAtWork = false;
        ApiPatience patience = new() { Look = TimeSpan.FromMilliseconds(20), Termination = 3 * s_short.Duration };
        Task<LeaseStanding?> cleaning = new ClusterCleanup(new ApiServer(new Kubernetes(_cluster.Server.Configuration), patience), s_short, TimeProvider.System)
            .RunAsync("cleanup", _ => Assert.Fail("nothing is gone"), _ => Assert.Fail("nothing was changed"), Token);

        await Task.Delay(2 * s_short.Duration, Token);
        LeaseStanding meanwhile = await _cluster.Lease(s_short).StandingAsync(Token);

        Assert.True(meanwhile is { IsHeld: true, Holder.Pipeline: "cleanup" });
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => cleaning);
        Assert.StartsWith($"namespace plumbline-{_id:N} is not gone 3 s after it was deleted", error.Message, StringComparison.Ordinal);
        Assert.Equal("", (await _cluster.Lease().StandingAsync(Token)).Identity);
    }

    [Fact]
    public async Task A_cleanup_that_loses_the_cluster_to_an_experiment_stops()
    {
        await _cluster.AddExperimentAsync(_id);
        _cluster.Server.Controller.IsAtWork = false;
        ApiPatience patience = new() { Look = TimeSpan.FromMilliseconds(20) };
        Task<LeaseStanding?> cleaning = new ClusterCleanup(new ApiServer(new Kubernetes(_cluster.Server.Configuration), patience), s_short, TimeProvider.System)
            .RunAsync("cleanup", _ => Assert.Fail("nothing is gone"), _ => Assert.Fail("nothing was changed"), Token);
        while ((await _cluster.Lease().StandingAsync(Token)).Identity.Length == 0)
        {
            await Task.Delay(20, Token);
        }

        V1Lease lease = await _cluster.Client.CoordinationV1.ReadNamespacedLeaseAsync(ClusterNames.LeaseName, ClusterNames.LeaseNamespace, cancellationToken: Token);
        lease.Metadata.ResourceVersion = null;
        lease.Spec.HolderIdentity = new LeaseHolder("another", Guid.NewGuid()).Identity;
        await _cluster.Client.CoordinationV1.ReplaceNamespacedLeaseAsync(lease, ClusterNames.LeaseName, ClusterNames.LeaseNamespace, cancellationToken: Token);

        Assert.StartsWith("the Lease was lost", (await Assert.ThrowsAsync<ClusterRefusedException>(() => cleaning)).Message, StringComparison.Ordinal);
        Assert.Equal("another", (await _cluster.Lease().StandingAsync(Token)).Holder?.Pipeline);
    }
}
