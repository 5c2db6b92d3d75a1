using k8s;
using k8s.Models;

namespace Plumbline.Cluster.Tests;

/// <summary>Switching and restoring kube-proxy's mode, on any API server.</summary>
public abstract class Proxy_switch_suite : IAsyncLifetime
{
    private readonly Guid _id = Guid.NewGuid();
    private ITestedApiServer _server = null!;
    private KubeProxyDaemon _daemon = null!;
    private ApiServer _api = null!;
    private KubeProxySwitch _kubeProxy = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await StartServerAsync();
        _daemon = await KubeProxyDaemon.StartAsync(_server);
        _api = new ApiServer(new Kubernetes(_server.Configuration), ScalerLife.Patience);
        _kubeProxy = new KubeProxySwitch(_api);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _daemon.DisposeAsync();
            _api.Dispose();
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Every_pod_gets_the_other_mode_and_the_restoration_restores_every_byte()
    {
        string template = KubernetesJson.Serialize((await _daemon.ReadDaemonSetAsync()).Spec.Template);
        List<ProxyRestart> seen = [];

        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, seen.Add, Token);

        Assert.All(_daemon.Configs, config => Assert.Equal(ProxyMode.Nftables, KubeProxyConfig.Read(config).Mode));
        Assert.True(seen[^1].IsDone);
        Assert.True(await _kubeProxy.IsChangedAsync(Token));
        V1ConfigMap kept = (await _daemon.FindOriginalAsync())!;
        Assert.Equal(
            (KubeProxyDaemon.Kubeadm, $"{_id:N}"),
            (kept.Data["config.conf"], kept.Metadata.Labels[ClusterNames.ExperimentLabel]));

        KubeProxyRestoration restored = (await RestoreAsync())!;

        Assert.Equal((_id, true), (restored.ExperimentId, restored.IsExact));
        await _daemon.AssertAsBeforeAsync();
        Assert.Equal(template, KubernetesJson.Serialize((await _daemon.ReadDaemonSetAsync()).Spec.Template));
        Assert.Null(await RestoreAsync());
    }

    [Fact]
    public async Task A_mode_that_is_set_already_is_not_switched_to()
    {
        string version = (await _daemon.ReadConfigMapAsync()).Metadata.ResourceVersion;

        await _kubeProxy.SwitchAsync(_id, ProxyMode.Iptables, _ => { }, Token);

        Assert.Equal(
            (version, 1, 2),
            (
                (await _daemon.ReadConfigMapAsync()).Metadata.ResourceVersion,
                (await _daemon.ReadDaemonSetAsync()).Metadata.Generation,
                _daemon.Starts
            ));
        Assert.False(await _kubeProxy.IsChangedAsync(Token));
    }

    [Fact]
    public async Task Switching_back_to_the_original_mode_restores_it_and_a_repeat_changes_nothing()
    {
        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);
        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);
        Assert.Equal(4, _daemon.Starts);

        await _kubeProxy.SwitchAsync(_id, ProxyMode.Iptables, _ => { }, Token);
        await _kubeProxy.SwitchAsync(_id, ProxyMode.Iptables, _ => { }, Token);

        Assert.Equal(6, _daemon.Starts);
        await _daemon.AssertAsBeforeAsync();
    }

    [Fact]
    public async Task Changes_by_others_stay_and_the_mode_is_restored()
    {
        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);
        await _daemon.ChangeConfigAsync(text => text.Replace("10.244.0.0/16", "10.0.0.0/8", StringComparison.Ordinal));

        KubeProxyRestoration restored = (await RestoreAsync())!;

        Assert.False(restored.IsExact);
        Assert.EndsWith(
            "except for changes that others have made meanwhile (ConfigMap kube-system/kube-proxy)",
            $"{restored}",
            StringComparison.Ordinal);
        await _daemon.AssertAsBeforeAsync(
            KubeProxyDaemon.Kubeadm.Replace("10.244.0.0/16", "10.0.0.0/8", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mode_that_others_have_set_stays()
    {
        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);
        string theirs = KubeProxyDaemon.Kubeadm.Replace("mode: \"\"", "mode: ipvs", StringComparison.Ordinal);
        await _daemon.ChangeConfigAsync(_ => theirs);

        Assert.False((await RestoreAsync())!.IsExact);

        await _daemon.AssertAsBeforeAsync(theirs);
    }

    [Fact]
    public async Task Another_experiments_change_is_undone_first()
    {
        await _kubeProxy.SwitchAsync(Guid.NewGuid(), ProxyMode.Nftables, _ => { }, Token);

        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);

        Assert.Equal(
            (8, $"{_id:N}"),
            (_daemon.Starts, (await _daemon.FindOriginalAsync())!.Metadata.Labels[ClusterNames.ExperimentLabel]));
        await RestoreAsync();
        await _daemon.AssertAsBeforeAsync();
    }

    [Fact]
    public async Task The_running_experiments_change_stays()
    {
        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);

        Assert.Null(await _kubeProxy.RestoreAsync(id => Task.FromResult(id != _id), Token));

        Assert.Equal(4, _daemon.Starts);
        Assert.True(await _kubeProxy.IsChangedAsync(Token));
    }

    [Fact]
    public async Task Many_can_restore_at_once()
    {
        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RestoreAsync()));

        await _daemon.AssertAsBeforeAsync();
    }

    [Fact]
    public async Task When_kube_proxy_is_gone_only_the_original_is_removed()
    {
        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);
        using Kubernetes client = new(_server.Observer);
        await client.AppsV1.DeleteNamespacedDaemonSetAsync("kube-proxy", "kube-system", cancellationToken: Token);
        await client.CoreV1.DeleteNamespacedConfigMapAsync("kube-proxy", "kube-system", cancellationToken: Token);

        Assert.False((await RestoreAsync())!.IsExact);

        Assert.Null(await _daemon.FindOriginalAsync());
    }

    [Fact]
    public async Task Pods_that_do_not_become_available_fail_the_switch_and_the_restoration_and_a_later_one_succeeds()
    {
        using ApiServer hasty = new(
            new Kubernetes(_server.Configuration),
            ScalerLife.Patience with { Rollout = TimeSpan.FromMilliseconds(200) });
        KubeProxySwitch kubeProxy = new(hasty);
        _daemon.AtOnce = 0;

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token));

        Assert.StartsWith(
            "DaemonSet kube-system/kube-proxy was restarted, but for 0 s 0 of its 2 pods are new and 2 are available: "
            + "see `kubectl",
            failure.Message,
            StringComparison.Ordinal);
        Assert.Equal(
            ProxyMode.Nftables, KubeProxyConfig.Read((await _daemon.ReadConfigMapAsync()).Data["config.conf"]).Mode);

        // It has the old template and the changed configuration.
        await _daemon.RestartByItselfAsync(1);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => kubeProxy.RestoreAsync(_ => Task.FromResult(true), Token));
        Assert.Equal(KubeProxyDaemon.Kubeadm, (await _daemon.ReadConfigMapAsync()).Data["config.conf"]);
        Assert.NotNull(await _daemon.FindOriginalAsync());

        _daemon.AtOnce = 1;
        await RestoreAsync();
        await _daemon.AssertAsBeforeAsync();
    }

    private Task<KubeProxyRestoration?> RestoreAsync() => _kubeProxy.RestoreAsync(_ => Task.FromResult(true), Token);

    private protected abstract Task<ITestedApiServer> StartServerAsync();
}
