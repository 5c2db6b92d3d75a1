using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Plumbline.Cluster;
using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Xunit;

namespace Plumbline.Tests;

/// <summary>
/// Plays kube-proxy's pods on nodes that do not exist. Does through the API what the cluster's controllers and kubelets
/// do with the DaemonSet. A pod reads the ConfigMap only when it starts.
/// </summary>
internal sealed class KubeProxyDaemon : IAsyncDisposable
{
    /// <summary>
    /// A configuration like kubeadm's, with details that must survive: a comment, a nested key of the same name, an
    /// empty mode.
    /// </summary>
    public const string Kubeadm =
        """
        # kept by the platform team
        apiVersion: kubeproxy.config.k8s.io/v1alpha1
        bindAddress: 0.0.0.0
        clientConnection:
          acceptContentTypes: ""
          kubeconfig: /var/lib/kube-proxy/kubeconfig.conf
          mode: not-this-one
        clusterCIDR: 10.244.0.0/16
        conntrack:
          maxPerCore: null
        iptables:
          syncPeriod: 0s
        kind: KubeProxyConfiguration
        metricsBindAddress: ""
        mode: ""   # empty: the default
        nodePortAddresses: null
        winkernel:
          networkName: ""

        """;

    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(5);

    private readonly Kubernetes _client;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly Pod[] _pods;
    private Task _work = Task.CompletedTask;

    private KubeProxyDaemon(ITestedApiServer server, int nodes)
    {
        _client = new Kubernetes(server.Observer);
        _pods = [.. Enumerable.Range(1, nodes).Select(i => new Pod($"node-{i}"))];
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Pods that it replaces at each look; 0: none, as when an image cannot be pulled.</summary>
    public int AtOnce { get; set; } = 1;

    /// <summary>
    /// Whether a new pod in nftables mode leaves iptables' rules behind, as if it could not remove them.
    /// </summary>
    public bool LeavesRules { get; set; }

    /// <summary>Starts a real kube-proxy on a node and returns when it answers; null: no real one.</summary>
    public Func<string, ProxyMode, Task>? Start { get; set; }

    /// <summary>The number of pods that have started.</summary>
    public int Starts { get; private set; }

    /// <summary>The configuration that each pod has read.</summary>
    public IReadOnlyList<string> Configs
    {
        get
        {
            lock (_lock)
            {
                return [.. _pods.Select(pod => pod.Config)];
            }
        }
    }

    /// <summary>The rules of the node's pod; none for an unknown node.</summary>
    public KernelRuleCounts RulesOf(string node)
    {
        lock (_lock)
        {
            return _pods.FirstOrDefault(each => each.Node == node) is { } pod ? RulesOf(pod) : new([]);
        }
    }

    /// <summary>
    /// Creates DaemonSet and ConfigMap as kubeadm does, with running pods. Removes what an earlier test has left.
    /// </summary>
    public static async Task<KubeProxyDaemon> StartAsync(
        ITestedApiServer server, string config = Kubeadm, int nodes = 2)
    {
        KubeProxyDaemon daemon = new(server, nodes);
        await daemon.RemoveAsync();
        await daemon._client.CoreV1.CreateNamespacedConfigMapAsync(
            ConfigMap(config), "kube-system", cancellationToken: Token);
        await daemon._client.AppsV1.CreateNamespacedDaemonSetAsync(
            DaemonSet(), "kube-system", cancellationToken: Token);
        daemon._work = daemon.WorkAsync(daemon._end.Token);
        await Waiting.UntilAsync(async () => (await daemon.ReadDaemonSetAsync()).Status?.NumberAvailable == nodes);
        return daemon;
    }

    public static V1ConfigMap ConfigMap(string config) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = "kube-proxy",
            Labels = new Dictionary<string, string> { ["app"] = "kube-proxy" },
        },
        Data =
            new Dictionary<string, string> { ["config.conf"] = config, ["kubeconfig.conf"] = "apiVersion: v1\nkind: "
                + "Config\n" },
    };

    public static V1DaemonSet DaemonSet() => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = "kube-proxy",
            Labels = new Dictionary<string, string> { ["k8s-app"] = "kube-proxy" },
        },
        Spec = new V1DaemonSetSpec
        {
            Selector =
                new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["k8s-app"] = "kube-proxy" } },
            UpdateStrategy = new V1DaemonSetUpdateStrategy { Type = "RollingUpdate" },
            Template = new V1PodTemplateSpec
            {
                Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["k8s-app"] = "kube-proxy" } },
                Spec = new V1PodSpec
                {
                    Containers =
                    [
                        new V1Container
                        {
                            Name = "kube-proxy",
                            Image = "registry.k8s.io/kube-proxy:v1.36.2",
                            Command =
                                [
                                    "/usr/local/bin/kube-proxy",
                                    "--config=/var/lib/kube-proxy/config.conf",
                                    "--hostname-override=$(NODE_NAME)",
                                ],
                            VolumeMounts =
                                [new V1VolumeMount { Name = "kube-proxy", MountPath = "/var/lib/kube-proxy" }],
                        },
                    ],
                    Volumes =
                        [new V1Volume
                        {
                            Name = "kube-proxy",
                            ConfigMap = new V1ConfigMapVolumeSource { Name = "kube-proxy" },
                        }],
                },
            },
        },
    };

    public Task<V1DaemonSet> ReadDaemonSetAsync() =>
        _client.AppsV1.ReadNamespacedDaemonSetAsync("kube-proxy", "kube-system", cancellationToken: Token);

    public Task<V1ConfigMap> ReadConfigMapAsync() =>
        _client.CoreV1.ReadNamespacedConfigMapAsync("kube-proxy", "kube-system", cancellationToken: Token);

    /// <summary>A change by somebody else.</summary>
    public async Task ChangeConfigAsync(Func<string, string> change)
    {
        V1ConfigMap there = await ReadConfigMapAsync();
        there.Data["config.conf"] = change(there.Data["config.conf"]);
        await _client.CoreV1.ReplaceNamespacedConfigMapAsync(
            there, "kube-proxy", "kube-system", cancellationToken: Token);
    }

    /// <summary>A pod restarts by itself, as after a crash or on a restarted node.</summary>
    public async Task RestartByItselfAsync(int pod)
    {
        string config = (await ReadConfigMapAsync()).Data["config.conf"];
        lock (_lock)
        {
            _pods[pod].Config = config;
        }
    }

    /// <summary>
    /// Asserts that nothing is left of a switch: configuration and template equal the original to the byte, every pod
    /// has read that configuration, and the stored original is gone.
    /// </summary>
    public async Task AssertAsBeforeAsync(string config = Kubeadm)
    {
        V1ConfigMap there = await ReadConfigMapAsync();
        Assert.Equal(config, there.Data["config.conf"]);
        Assert.Equal(["config.conf", "kubeconfig.conf"], there.Data.Keys.Order(StringComparer.Ordinal));
        V1DaemonSet daemonSet = await ReadDaemonSetAsync();
        Assert.True(daemonSet.Spec.Template.Metadata.Annotations is null or { Count: 0 });
        Assert.Equal(daemonSet.Metadata.Generation, daemonSet.Status.ObservedGeneration);
        Assert.All(Configs, each => Assert.Equal(config, each));
        Assert.Null(await FindOriginalAsync());
    }

    public async Task<V1ConfigMap?> FindOriginalAsync() =>
        (await _client.CoreV1.ListNamespacedConfigMapAsync(
            "kube-system",
            fieldSelector: "metadata.name=plumbline-kube-proxy-original",
            cancellationToken: Token)).Items.SingleOrDefault();

    /// <summary>Removes both.</summary>
    public async Task RemoveAsync()
    {
        foreach (Func<Task> each in (Func<Task>[])
        [
            () => _client.AppsV1.DeleteNamespacedDaemonSetAsync("kube-proxy", "kube-system"),
            () => _client.CoreV1.DeleteNamespacedConfigMapAsync("kube-proxy", "kube-system"),
            () => _client.CoreV1.DeleteNamespacedConfigMapAsync("plumbline-kube-proxy-original", "kube-system"),
        ])
        {
            try
            {
                await each();
            }
            catch (HttpOperationException exception) when (exception.Response.StatusCode == HttpStatusCode.NotFound)
            {
                // It does not exist.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work;
        await RemoveAsync();
        _client.Dispose();
        _end.Dispose();
    }

    private async Task WorkAsync(CancellationToken token)
    {
        while (!token.IsCancellationRequested)
        {
            try
            {
                await LookAsync(token);
                await Task.Delay(s_period, token);
            }
            catch (Exception exception) when (exception is HttpOperationException or OperationCanceledException)
            {
                // It does not exist, or has changed meanwhile, or the test ends.
            }
        }
    }

    private async Task LookAsync(CancellationToken token)
    {
        V1DaemonSet there = await _client.AppsV1.ReadNamespacedDaemonSetAsync(
            "kube-proxy", "kube-system", cancellationToken: token);
        string config =
            (await _client.CoreV1.ReadNamespacedConfigMapAsync(
                "kube-proxy", "kube-system", cancellationToken: token)).Data["config.conf"];
        string template = KubernetesJson.Serialize(there.Spec.Template);
        foreach (Pod pod in _pods.Where(pod => pod.Template != template).Take(AtOnce))
        {
            if (Start is not null)
            {
                await Start(pod.Node, ModeOf(config)!.Value);
            }

            lock (_lock)
            {
                (pod.Template, pod.Before, pod.Config) = (template, pod.Config, config);
                Starts++;
            }
        }

        V1DaemonSetStatus status;
        lock (_lock)
        {
            status = new V1DaemonSetStatus
            {
                ObservedGeneration = there.Metadata.Generation,
                DesiredNumberScheduled = _pods.Length,
                CurrentNumberScheduled = _pods.Length,
                UpdatedNumberScheduled = _pods.Count(pod => pod.Template == template),
                NumberAvailable = _pods.Count(pod => pod.Config.Length > 0),
                NumberReady = _pods.Count(pod => pod.Config.Length > 0),
            };
        }

        if (there.Status?.ObservedGeneration != status.ObservedGeneration
            || there.Status?.UpdatedNumberScheduled != status.UpdatedNumberScheduled
            || there.Status?.NumberAvailable != status.NumberAvailable)
        {
            there.Status = status;
            await _client.AppsV1.ReplaceNamespacedDaemonSetStatusAsync(
                there, "kube-proxy", "kube-system", cancellationToken: token);
        }
    }

    private KernelRuleCounts RulesOf(Pod pod)
    {
        ProxyMode? now = ModeOf(pod.Config);
        ProxyMode? left = LeavesRules ? ModeOf(pod.Before) : null;
        int RulesIn(ProxyMode mode) => now == mode || left == mode ? 3 : 0;
        List<Detection> planes = [new(Planes.IptablesNft, RulesIn(ProxyMode.Iptables))];
        if (RulesIn(ProxyMode.Nftables) is > 0 and int rules)
        {
            planes.Add(new(Planes.Nftables, rules, now == ProxyMode.Nftables ? NftablesDialect.V136 : null));
        }

        return new KernelRuleCounts(planes);
    }

    private static ProxyMode? ModeOf(string config) => config.Length == 0 ? null : KubeProxyConfig.Read(config).Mode;

    private sealed class Pod(string node)
    {
        public string Node => node;

        /// <summary>The generation of the DaemonSet that made the pod.</summary>
        public string Template { get; set; } = "";

        public string Config { get; set; } = "";

        public string Before { get; set; } = "";
    }
}
