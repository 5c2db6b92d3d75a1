using k8s;
using k8s.Models;
using Plumbline.DataPlanes;

namespace Plumbline.Cluster.Tests;

/// <summary>Steps in kube-proxy's two modes, from the first to the removal, and every early end.</summary>
public sealed class Proxy_mode_step_specs : IAsyncLifetime
{
    private readonly Guid _id = Guid.NewGuid();
    private ApiServerDouble _server = null!;
    private ClusterView _view = null!;
    private KubeProxyDaemon _daemon = null!;
    private ScalerLife _life = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ApiServerDouble.StartAsync();
        _view = new ClusterView(_server);
        await _view.StartEchoWorkersAsync(1);
        _daemon = await KubeProxyDaemon.StartAsync(_server);
        _life = NewLife();
    }

    /// <summary>Nothing is left, however the test ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _view.AssertNothingLeftAsync();
        await _daemon.AssertAsBeforeAsync();
        _life.Dispose();
        await _daemon.DisposeAsync();
        _view.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(ProxyMode.Iptables, ProxyMode.Nftables, 2)]
    [InlineData(ProxyMode.Nftables, ProxyMode.Iptables, 2)]
    public async Task An_experiment_in_both_modes_is_set_up_step_by_step_and_everything_is_restored(
        ProxyMode first, ProxyMode second, int switches)
    {
        int number = 0;
        foreach (ProxyMode mode in (ProxyMode[])[first, second])
        {
            foreach (int services in (int[])[0, 20, 5, 0])
            {
                ServicesScaled scaled = await _life.Cluster.ScaleAsync(Step(number++, services, mode), Token);

                Assert.Equal(
                    (services, services == 0 ? DataPlane.NoRules : PlaneOf(mode)),
                    (scaled.DataPlanes[0].Cell.Services, scaled.DataPlanes[0].Cell.DataPlane));
                Assert.All(_daemon.Configs, config => Assert.Equal(mode, KubeProxyConfig.Read(config).Mode));
                await _view.AssertExactlyAsync(Step(number, services, mode));
            }
        }

        await _life.RemoveAsync(_id, Token);
        Assert.Equal(2 + (2 * switches), _daemon.Starts);
    }

    [Fact]
    public async Task The_switchs_progress_is_reported()
    {
        _daemon.AtOnce = 0;
        Task<ServicesScaled> scaling = _life.Cluster.ScaleAsync(Step(0, 10, ProxyMode.Nftables), Token);
        ProxySwitchProgress begun = new() { Mode = ProxyMode.Nftables, Pods = 2, PodsRestarted = 0 };
        await Waiting.UntilAsync(() => Task.FromResult(_life.Progress.Any(each => each.ProxySwitch == begun)));
        _daemon.AtOnce = 1;

        await scaling;

        Assert.All(
            _life.Progress,
            each => Assert.Equal((_id, 0, 10, 10), (each.ExperimentId, each.Step, each.Services, each.Rules)));
        await _life.RemoveAsync(_id, Token);
    }

    [Fact]
    public async Task The_restorations_progress_is_reported_while_the_removal_waits()
    {
        await _life.Cluster.ScaleAsync(Step(0, 10, ProxyMode.Nftables), Token);
        _daemon.AtOnce = 0;
        Task removing = _life.Cluster.RemoveAsync(new RemoveServices { ExperimentId = _id, Run = 3 }, Token);
        await Waiting.UntilAsync(
            () => Task.FromResult(_life.Removals.Any(each => each.ProxyRestart is { Pods: 2, PodsRestarted: 0 })));
        Assert.False(removing.IsCompleted);
        _daemon.AtOnce = 1;

        await removing;

        Assert.All(_life.Removals, each => Assert.Equal((_id, 3), (each.ExperimentId, each.Run)));
    }

    [Fact]
    public async Task A_cancel_during_a_switch_and_the_removal_after_it_restore_everything()
    {
        foreach (int requests in (int[])[30, 36, 40, 45, 50])
        {
            using CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
            int left = requests;
            _server.OnRequest = _ =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                {
                    cancel.Cancel();
                }
            };

            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => _life.Cluster.ScaleAsync(Step(0, 0, ProxyMode.Nftables), cancel.Token));
            await _life.RemoveAsync(_id, Token);

            await _daemon.AssertAsBeforeAsync();
        }
    }

    [Fact]
    public async Task kube_proxy_is_restored_even_when_a_namespace_does_not_go()
    {
        using ScalerLife hasty = NewLife(ScalerLife.Patience with { Termination = TimeSpan.FromMilliseconds(200) });
        await hasty.Cluster.ScaleAsync(Step(0, 5, ProxyMode.Nftables), Token);
        _server.Controller.IsAtWork = false;

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => hasty.RemoveAsync(_id, Token));

        Assert.Contains("does the cluster's controller manager run?", failure.Message, StringComparison.Ordinal);
        await _daemon.AssertAsBeforeAsync();
        _server.Controller.IsAtWork = true;
        await _life.Sweep.RunAsync(Token);
    }

    [Fact]
    public async Task A_worker_that_starts_restores_a_leftover_mode_and_spares_the_running_experiments()
    {
        await _life.Cluster.ScaleAsync(Step(0, 5, ProxyMode.Nftables), Token);
        using (ScalerLife next = NewLife())
        {
            await next.Sweep.RunAsync(Token);
            Assert.NotNull(await _daemon.FindOriginalAsync());
        }

        await _life.Lease.ReleaseAsync(_id, Token);
        using ScalerLife later = NewLife();
        await later.Lease.StartAsync(Token);

        await Waiting.UntilAsync(async () => await _daemon.FindOriginalAsync() is null);
        await later.Lease.StopAsync(Token);
    }

    [Fact]
    public async Task Another_experiment_starts_with_the_original_kube_proxy()
    {
        await _life.Cluster.ScaleAsync(Step(0, 5, ProxyMode.Nftables), Token);
        await _life.Lease.ReleaseAsync(_id, Token);
        Guid other = Guid.NewGuid();

        await _life.Cluster.ScaleAsync(ScalerLife.Step(other, 0, 5) with { DataPlanes = [Planes.IptablesNft] }, Token);

        await _daemon.AssertAsBeforeAsync();
        await _life.RemoveAsync(other, Token);
    }

    [Fact]
    public async Task Rules_of_both_modes_are_refused_with_the_nodes_own_words()
    {
        _daemon.LeavesRules = true;
        using ScalerLife hasty = NewLife(
            rules: new() { Standstill = TimeSpan.FromMilliseconds(200), FirstPause = TimeSpan.FromMilliseconds(5) });

        ClusterRefusedException refused = await Assert.ThrowsAsync<ClusterRefusedException>(
            () => hasty.Cluster.ScaleAsync(Step(0, 0, ProxyMode.Nftables), Token));

        Assert.StartsWith(
            "kube-proxy was switched to nftables and restarted, but for 0 s nothing has changed: node node-1: Service "
            + "rules of iptables-nft (3) and of nftables (3) are there, and packets meet all of them",
            refused.Message,
            StringComparison.Ordinal);
        Assert.Contains(_life.Progress.Concat(hasty.Progress), each => each.ProxySwitch?.NodesInMode == 0);
        await hasty.RemoveAsync(_id, Token);
    }

    [Theory]
    [InlineData("iptables-legacy")]
    public async Task An_iptables_that_the_nodes_lack_is_refused_before_anything_changes(string asked)
    {
        ClusterRefusedException refused = await Assert.ThrowsAsync<ClusterRefusedException>(
            () =>
                _life.Cluster.ScaleAsync(
                    Step(0, 0, ProxyMode.Nftables) with { AllDataPlanes = [new DataPlane(asked), Planes.Nftables] },
                    Token));

        Assert.StartsWith(
            "the experiment asks for iptables-legacy, but the cluster's nodes have iptables-nft",
            refused.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            _server.Writes, write => write.Kind == ResourceKind.ConfigMaps || write.Kind == ResourceKind.DaemonSets);
        await _life.Lease.ReleaseAsync(_id, Token);
    }

    [Fact]
    public async Task Missing_permissions_for_a_switch_are_named_and_needed_only_for_a_switch()
    {
        _server.Denied.Add(("patch", "daemonsets"));
        _server.Denied.Add(("create", "configmaps"));

        ClusterRefusedException refused = await Assert.ThrowsAsync<ClusterRefusedException>(
            () => _life.Cluster.ScaleAsync(Step(0, 0, ProxyMode.Nftables), Token));

        Assert.Equal(
            "the API server does not let this worker patch daemonsets.apps kube-proxy in namespace kube-system, "
            + "create configmaps in namespace kube-system: grant what docs/cluster.md lists",
            refused.Message);
        await _life.Cluster.ScaleAsync(ScalerLife.Step(_id, 0, 5) with { DataPlanes = [Planes.IptablesNft] }, Token);
        await _life.RemoveAsync(_id, Token);
    }

    [Fact]
    public async Task A_kube_proxy_that_cannot_be_switched_is_refused_with_what_to_do_instead()
    {
        await _daemon.ChangeConfigAsync(text => text.Replace("mode: \"\"", "mode: ipvs", StringComparison.Ordinal));

        ClusterRefusedException refused = await Assert.ThrowsAsync<ClusterRefusedException>(
            () => _life.Cluster.ScaleAsync(Step(0, 0, ProxyMode.Nftables), Token));

        Assert.StartsWith(
            "kube-proxy's mode cannot be switched here: its mode is ipvs", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(
            _server.Writes,
            write =>
                write.Kind == ResourceKind.ConfigMaps
                    || write.Kind == ResourceKind.DaemonSets
                    || write.Kind == ResourceKind.Namespaces);
        await _life.Lease.ReleaseAsync(_id, Token);
        await _daemon.ChangeConfigAsync(text => text.Replace("mode: ipvs", "mode: \"\"", StringComparison.Ordinal));
    }

    private static DataPlane PlaneOf(ProxyMode mode) =>
        mode == ProxyMode.Nftables ? Planes.Nftables : Planes.IptablesNft;

    private ScaleStep Step(int step, int services, ProxyMode mode) => ScalerLife.Step(_id, step, services) with
    {
        DataPlanes = [services == 0 ? DataPlane.NoRules : PlaneOf(mode)],
        AllDataPlanes = [Planes.IptablesNft, Planes.Nftables],
        ProxyMode = mode,
        MostServices = 20,
    };

    private ScalerLife NewLife(ApiPatience? patience = null, ServiceScaler.Cluster.RulesPatience? rules = null)
    {
        ScalerLife life = new(_server, patience: patience, rules: rules);
        life.Node.Daemon = _daemon;
        return life;
    }
}
