using k8s;
using k8s.Models;

namespace Plumbline.Cluster.Tests;

/// <summary>
/// A process that switches kube-proxy may be killed at any request; the next one still completes or restores it
/// exactly.
/// </summary>
public sealed class Proxy_switch_fault_specs : IAsyncLifetime
{
    /// <summary>More requests than a switch and a restoration make.</summary>
    private const int MostRequests = 60;

    private readonly Guid _id = Guid.NewGuid();
    private ApiServerDouble _server = null!;
    private KubeProxyDaemon _daemon = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ApiServerDouble.StartAsync();
        _daemon = await KubeProxyDaemon.StartAsync(_server);
        _daemon.AtOnce = 2;
    }

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task After_a_kill_at_any_request_of_a_switch_the_restart_restores_every_byte()
    {
        bool isWhole = false;
        for (int requests = 1; !isWhole; requests++)
        {
            Assert.InRange(requests, 1, MostRequests);
            isWhole = await LiveAsync(
                requests, (kubeProxy, token) => kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, token));
            await LiveAsync(null, RestoreAsync);
            await _daemon.AssertAsBeforeAsync();
        }
    }

    [Fact]
    public async Task After_a_kill_at_any_request_of_a_restoration_the_restart_restores_every_byte()
    {
        bool isWhole = false;
        for (int requests = 1; !isWhole; requests++)
        {
            Assert.InRange(requests, 1, MostRequests);
            await LiveAsync(
                null, (kubeProxy, token) => kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, token));
            isWhole = await LiveAsync(requests, RestoreAsync);
            await LiveAsync(null, RestoreAsync);
            await _daemon.AssertAsBeforeAsync();
        }
    }

    [Fact]
    public async Task After_a_kill_at_any_request_of_either_the_restart_can_switch_and_restore()
    {
        bool isWhole = false;
        for (int requests = 1; !isWhole; requests++)
        {
            Assert.InRange(requests, 1, 2 * MostRequests);
            isWhole = await LiveAsync(requests, async (kubeProxy, token) =>
            {
                await kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, token);
                await RestoreAsync(kubeProxy, token);
            });
            await LiveAsync(
                null, (kubeProxy, token) => kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, token));
            Assert.All(_daemon.Configs, config => Assert.Equal(ProxyMode.Nftables, KubeProxyConfig.Read(config).Mode));
            await LiveAsync(null, RestoreAsync);
            await _daemon.AssertAsBeforeAsync();
        }
    }

    [Fact]
    public async Task A_pod_that_restarts_by_itself_between_the_change_and_the_restart_is_restarted_too()
    {
        int patches = 0;
        using CancellationTokenSource kill = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _server.OnRequest = request =>
        {
            if (request is { Verb: "patch" })
            {
                patches++;
            }
            else if (patches == 1)
            {
                kill.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () =>
                LiveAsync(
                    null, (kubeProxy, _) => kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, kill.Token)));
        _server.OnRequest = _ => { };
        Assert.Null((await _daemon.ReadDaemonSetAsync()).Spec.Template.Metadata.Annotations);
        await _daemon.RestartByItselfAsync(1);
        Assert.Equal(ProxyMode.Nftables, KubeProxyConfig.Read(_daemon.Configs[1]).Mode);

        await LiveAsync(null, RestoreAsync);

        await _daemon.AssertAsBeforeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Switches_and_restorations_are_exact_despite_random_faults_of_all_kinds(int seed)
    {
        RandomFaults random = new(seed, 50, 0.2);
        _server.Faults = random;
        do
        {
            await LiveAsync(
                null, (kubeProxy, token) => kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, token));
            Assert.All(_daemon.Configs, config => Assert.Equal(ProxyMode.Nftables, KubeProxyConfig.Read(config).Mode));
            await LiveAsync(null, RestoreAsync);
            await _daemon.AssertAsBeforeAsync();
        }
        while (random.Left > 0);

        Assert.True(random.Had.Count >= 10, $"only {string.Join(", ", random.Had.Keys)} came up");
    }

    [Fact]
    public async Task A_change_that_somebody_makes_between_the_read_and_the_write_is_not_overwritten()
    {
        int patches = 0;
        _server.OnRequest = request =>
        {
            if (request is { Verb: "patch", Kind.Plural: "configmaps" } && Interlocked.Increment(ref patches) == 1)
            {
                _daemon.ChangeConfigAsync(text => text.Replace("10.244.0.0/16", "10.0.0.0/8", StringComparison.Ordinal))
                    .GetAwaiter().GetResult();
            }
        };

        ClusterRefusedException refused = await Assert.ThrowsAsync<ClusterRefusedException>(
            () =>
                LiveAsync(null, (kubeProxy, token) => kubeProxy.SwitchAsync(_id, ProxyMode.Nftables, _ => { }, token)));

        Assert.Equal(
            "somebody else changed ConfigMap kube-system/kube-proxy while kube-proxy was being switched to nftables; "
            + "their change was kept: try again when nobody edits it", refused.Message);
        Assert.Equal(
            KubeProxyDaemon.Kubeadm.Replace("10.244.0.0/16", "10.0.0.0/8", StringComparison.Ordinal),
            (await _daemon.ReadConfigMapAsync()).Data["config.conf"]);
        Assert.Null(await _daemon.FindOriginalAsync());
        Assert.Equal(2, _daemon.Starts);
    }

    [Fact]
    public async Task An_account_that_may_not_read_the_original_has_none_to_restore()
    {
        _server.Denied.Add(("get", "configmaps"));
        _server.Denied.Add(("get", "daemonsets"));
        using ScalerLife life = new(_server);

        Assert.Empty(await life.Sweep.RunAsync(Token));
        await life.RemoveAsync(_id, Token);
    }

    [Fact]
    public async Task A_ConfigMap_of_that_name_that_is_not_Plumblines_is_left_alone_and_named()
    {
        using Kubernetes client = new(((ITestedApiServer)_server).Observer);
        await client.CoreV1.CreateNamespacedConfigMapAsync(
            new V1ConfigMap
            {
                Metadata = new V1ObjectMeta { Name = "plumbline-kube-proxy-original" },
            }, "kube-system", cancellationToken: Token);

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => LiveAsync(null, RestoreAsync));

        Assert.Equal(
            "ConfigMap kube-system/plumbline-kube-proxy-original is not as Plumbline made it: check kube-proxy's "
            + "configuration, then delete this ConfigMap", failure.Message);
    }

    private static Task RestoreAsync(KubeProxySwitch kubeProxy, CancellationToken token) =>
        kubeProxy.RestoreAsync(_ => Task.FromResult(true), token);

    /// <summary>Runs the work with its own connection, and kills it at that request.</summary>
    /// <returns>Whether the work was completed.</returns>
    private async Task<bool> LiveAsync(int? requests, Func<KubeProxySwitch, CancellationToken, Task> work)
    {
        using CancellationTokenSource kill = CancellationTokenSource.CreateLinkedTokenSource(Token);
        int left = requests ?? -1;
        if (requests is not null)
        {
            _server.OnRequest = _ =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                {
                    kill.Cancel();
                }
            };
        }

        using ApiServer api = new(new Kubernetes(_server.Configuration), ScalerLife.Patience);
        try
        {
            await work(new KubeProxySwitch(api), kill.Token);
            return true;
        }
        catch (OperationCanceledException) when (kill.IsCancellationRequested && !Token.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            _server.OnRequest = requests is null ? _server.OnRequest : _ => { };
        }
    }
}
