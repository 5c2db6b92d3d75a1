using k8s;
using k8s.Models;

namespace Plumbline.Cluster.Tests;

/// <summary>kube-proxy's mode goes to and fro, on whatever API server.</summary>
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
    public async Task Every_pod_has_the_other_mode_and_after_the_restoration_all_is_to_the_byte_as_it_was()
    {
        string template = KubernetesJson.Serialize((await _daemon.ReadDaemonSetAsync()).Spec.Template);
        List<ProxyRestart> seen = [];

        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, seen.Add, Token);

        Assert.All(_daemon.Configs, config => Assert.Equal(ProxyMode.Nftables, KubeProxyConfig.Read(config).Mode));
        Assert.True(seen[^1].IsDone);
        Assert.True(await _kubeProxy.IsChangedAsync(Token));
        V1ConfigMap kept = (await _daemon.FindOriginalAsync())!;
        Assert.Equal((KubeProxyDaemon.Kubeadm, $"{_id:N}"), (kept.Data["config.conf"], kept.Metadata.Labels[ClusterNames.ExperimentLabel]));

        KubeProxyRestoration restored = (await RestoreAsync())!;

        Assert.Equal((_id, true), (restored.ExperimentId, restored.IsExact));
        await _daemon.AssertAsBeforeAsync();
        Assert.Equal(template, KubernetesJson.Serialize((await _daemon.ReadDaemonSetAsync()).Spec.Template));
        Assert.Null(await RestoreAsync());
    }

    [Fact]
    public async Task A_mode_that_is_there_already_is_not_switched_to()
    {
        string version = (await _daemon.ReadConfigMapAsync()).Metadata.ResourceVersion;

        await _kubeProxy.SwitchAsync(_id, ProxyMode.Iptables, _ => { }, Token);

        Assert.Equal((version, 1, 2), ((await _daemon.ReadConfigMapAsync()).Metadata.ResourceVersion, (await _daemon.ReadDaemonSetAsync()).Metadata.Generation, _daemon.Starts));
        Assert.False(await _kubeProxy.IsChangedAsync(Token));
    }

    [Fact]
    public async Task To_go_back_to_the_mode_of_before_is_to_restore_it_and_asked_for_twice_nothing_is_done_twice()
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
    public async Task What_somebody_else_has_changed_meanwhile_stays_and_the_mode_is_put_back()
    {
        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);
        await _daemon.ChangeConfigAsync(text => text.Replace("10.244.0.0/16", "10.0.0.0/8", StringComparison.Ordinal));

        KubeProxyRestoration restored = (await RestoreAsync())!;

        Assert.False(restored.IsExact);
        Assert.EndsWith("but for what somebody else has changed meanwhile, which was kept (ConfigMap kube-system/kube-proxy)", $"{restored}", StringComparison.Ordinal);
        await _daemon.AssertAsBeforeAsync(KubeProxyDaemon.Kubeadm.Replace("10.244.0.0/16", "10.0.0.0/8", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mode_that_somebody_else_has_set_meanwhile_stays()
    {
        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);
        string theirs = KubeProxyDaemon.Kubeadm.Replace("mode: \"\"", "mode: ipvs", StringComparison.Ordinal);
        await _daemon.ChangeConfigAsync(_ => theirs);

        Assert.False((await RestoreAsync())!.IsExact);

        await _daemon.AssertAsBeforeAsync(theirs);
    }

    [Fact]
    public async Task Another_experiments_change_is_taken_back_first()
    {
        await _kubeProxy.SwitchAsync(Guid.NewGuid(), ProxyMode.Nftables, _ => { }, Token);

        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);

        Assert.Equal((8, $"{_id:N}"), (_daemon.Starts, (await _daemon.FindOriginalAsync())!.Metadata.Labels[ClusterNames.ExperimentLabel]));
        await RestoreAsync();
        await _daemon.AssertAsBeforeAsync();
    }

    [Fact]
    public async Task A_change_that_its_experiment_has_a_right_to_stays()
    {
        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);

        Assert.Null(await _kubeProxy.RestoreAsync(id => Task.FromResult(id != _id), Token));

        Assert.Equal(4, _daemon.Starts);
        Assert.True(await _kubeProxy.IsChangedAsync(Token));
    }

    [Fact]
    public async Task Many_may_restore_at_once()
    {
        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RestoreAsync()));

        await _daemon.AssertAsBeforeAsync();
    }

    [Fact]
    public async Task Where_kube_proxy_is_gone_meanwhile_only_the_original_is_removed()
    {
        await _kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token);
        using Kubernetes client = new(_server.Observer);
        await client.AppsV1.DeleteNamespacedDaemonSetAsync("kube-proxy", "kube-system", cancellationToken: Token);
        await client.CoreV1.DeleteNamespacedConfigMapAsync("kube-proxy", "kube-system", cancellationToken: Token);

        Assert.False((await RestoreAsync())!.IsExact);

        Assert.Null(await _daemon.FindOriginalAsync());
    }

    [Fact]
    public async Task Pods_that_do_not_come_fail_the_switch_and_the_restoration_and_a_later_one_ends_it()
    {
        using ApiServer hasty = new(new Kubernetes(_server.Configuration), ScalerLife.Patience with { Rollout = TimeSpan.FromMilliseconds(200) });
        KubeProxySwitch kubeProxy = new(hasty);
        _daemon.AtOnce = 0;

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, Token));

        Assert.StartsWith("DaemonSet kube-system/kube-proxy was restarted and 0 of its 2 pods are new and 2 available, which has not changed for 0 s: see `kubectl", failure.Message, StringComparison.Ordinal);
        Assert.Equal(ProxyMode.Nftables, KubeProxyConfig.Read((await _daemon.ReadConfigMapAsync()).Data["config.conf"]).Mode);

        // Of the template of old and yet with the changed configuration.
        await _daemon.RestartByItselfAsync(1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => kubeProxy.RestoreAsync(_ => Task.FromResult(true), Token));
        Assert.Equal(KubeProxyDaemon.Kubeadm, (await _daemon.ReadConfigMapAsync()).Data["config.conf"]);
        Assert.NotNull(await _daemon.FindOriginalAsync());

        _daemon.AtOnce = 1;
        await RestoreAsync();
        await _daemon.AssertAsBeforeAsync();
    }

    private Task<KubeProxyRestoration?> RestoreAsync() => _kubeProxy.RestoreAsync(_ => Task.FromResult(true), Token);

    private protected abstract Task<ITestedApiServer> StartServerAsync();
}
