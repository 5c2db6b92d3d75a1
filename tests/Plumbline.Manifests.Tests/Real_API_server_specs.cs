using CliWrap;
using CliWrap.Buffered;
using k8s;
using k8s.Autorest;
using Plumbline.Cluster;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Manifests.Tests;

/// <summary>The manifests on a real API server, with its schema, defaults, admission and pod security.</summary>
public sealed class Real_API_server_specs : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RealApiServer _server = null!;
    private Kubernetes _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(
            RealApiServer.Assets is null, "KUBEBUILDER_ASSETS names no folder with kube-apiserver and etcd");
        _server = await RealApiServer.StartAsync();
        _client = new Kubernetes(_server.Configuration);
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task It_accepts_every_object_without_a_warning_and_again_without_a_change()
    {
        BufferedCommandResult first = await ApplyAsync(Manifests.AllInOne);
        Assert.Equal("", first.StandardError);
        Assert.All(Lines(first), line => Assert.EndsWith(" created", line, StringComparison.Ordinal));

        // kubectl writes a budget and a policy again each time: the files lack what the API server fills in.
        Assert.All(Lines(await ApplyAsync(Manifests.AllInOne)), line => Assert.DoesNotMatch(" created$", line));
        foreach (string folder in (string[])["k8s/overlays/kind", Manifests.External])
        {
            Assert.Equal("", (await ApplyAsync(folder)).StandardError);
        }
    }

    [Fact]
    public async Task It_admits_every_pod_at_the_level_that_its_namespace_enforces()
    {
        await ApplyAsync(Manifests.AllInOne);
        foreach (Workload each in (await Manifests.OfAsync(Manifests.AllInOne)).Workloads)
        {
            await MakePodAsync(each, each.Namespace);
        }

        Workload privileged = (await Manifests.OfAsync(Manifests.AllInOne)).Workloads.First(each => each.IsProbe);
        HttpOperationException refused = await Assert.ThrowsAsync<HttpOperationException>(
            () => MakePodAsync(privileged, "plumbline"));
        Assert.Contains("violates PodSecurity", refused.Response.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_scalers_account_may_change_nothing_outside_experiments_namespaces()
    {
        await ApplyAsync(Manifests.AllInOne);
        string experiment = $"plumbline-{Guid.NewGuid():N}";
        await AwaitFenceAsync();

        Assert.Contains(
            "may change only namespaces of experiments",
            await RefusedAsync("create", "namespace", "another"),
            StringComparison.Ordinal);
        Assert.Contains(
            "may change only namespaces of experiments",
            await RefusedAsync("delete", "namespace", "plumbline"),
            StringComparison.Ordinal);
        Assert.Contains(
            "may change only namespaces of experiments",
            await RefusedAsync("-n", "default", "delete", "services", "--all"),
            StringComparison.Ordinal);
        Assert.Contains(
            "may change only namespaces of experiments",
            await RefusedAsync("-n", "default", "create", "service", "clusterip", "x", "--tcp=80"),
            StringComparison.Ordinal);
        Assert.Contains(
            "cannot get resource \"secrets\"",
            await RefusedAsync("-n", "plumbline", "get", "secret", "broker"),
            StringComparison.Ordinal);

        await AsScalerAsync("create", "namespace", experiment);
        await AsScalerAsync("-n", experiment, "create", "service", "clusterip", "x", "--tcp=80");
        await AsScalerAsync("-n", experiment, "delete", "services", "--all", "--wait=false");
        await AsScalerAsync("delete", "namespace", experiment, "--wait=false");
    }

    [Fact]
    public async Task With_permission_to_switch_kube_proxy_the_scalers_account_may_write_only_its_ConfigMaps()
    {
        await ApplyAsync(Manifests.AllInOne);
        await ApplyAsync(Manifests.ProxyModes);
        await AwaitFenceAsync();

        Assert.Contains(
            "may change only ConfigMaps kube-proxy and plumbline-kube-proxy-original in kube-system",
            await RefusedAsync("-n", "kube-system", "create", "configmap", "another"),
            StringComparison.Ordinal);
        await AsScalerAsync("-n", "kube-system", "create", "configmap", "plumbline-kube-proxy-original");
        await AsScalerAsync("-n", "kube-system", "delete", "configmap", "plumbline-kube-proxy-original");
    }

    [Fact]
    public async Task It_grants_the_scalers_account_every_needed_permission()
    {
        await ApplyAsync(Manifests.AllInOne);
        using ApiServer api = new(new Kubernetes(_server.Configuration));

        Assert.Empty(await Permissions.MissingOfAccountAsync(
            api, "plumbline", "service-scaler", [.. Permissions.Needed(
                $"plumbline-{Guid.NewGuid():N}", "plumbline"), .. Permissions.Useful], Token));
        Assert.NotEmpty(
            await Permissions.MissingOfAccountAsync(
                api, "plumbline", "service-scaler", [new Permission("", "secrets", "plumbline", "get")], Token));
    }

    [Fact]
    public async Task The_Jobs_account_makes_and_keeps_the_passwords_only_in_its_namespaces()
    {
        await ApplyAsync(Manifests.AllInOne);
        Authenticationv1TokenRequest token = await _client.CoreV1.CreateNamespacedServiceAccountTokenAsync(
            new Authenticationv1TokenRequest
            {
                Spec = new V1TokenRequestSpec { Audiences = [] },
            }, "secrets", "plumbline", cancellationToken: Token);
        KubernetesClientConfiguration configuration = _server.Configuration;
        configuration.AccessToken = token.Status.Token;
        using ApiServer api = new(new Kubernetes(configuration));
        PipelineSecrets secrets = new(api);

        Assert.All(
            await secrets.MakeAsync("plumbline", Manifests.ProbesNamespace, Token),
            line => Assert.StartsWith("made", line, StringComparison.Ordinal));
        Assert.All(
            await secrets.MakeAsync("plumbline", Manifests.ProbesNamespace, Token),
            line => Assert.StartsWith("kept", line, StringComparison.Ordinal));
        Assert.Contains(
            "403 Forbidden",
            (await Assert.ThrowsAsync<ApiException>(
                () => secrets.MakeAsync("default", Manifests.ProbesNamespace, Token))).Message,
            StringComparison.Ordinal);
    }

    private static string[] Lines(BufferedCommandResult result) =>
        result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task<BufferedCommandResult> ApplyAsync(string folder) =>
        await RunAsync("apply", "-k", Repository.File(folder));

    /// <summary>A dry run. It passes the same admission as the pod itself.</summary>
    private async Task MakePodAsync(Workload workload, string inNamespace)
    {
        V1PodSpec spec = KubernetesJson.Deserialize<V1PodSpec>(KubernetesJson.Serialize(workload.Pod));
        spec.Volumes =
        [
            .. spec.Volumes,

            // A StatefulSet replaces its claims by these.
            .. workload.Container.VolumeMounts.Select(mount => mount.Name).Distinct()
                .Except(workload.Volumes.Select(volume => volume.Name))
                .Select(
                    name => new V1Volume
                    {
                        Name = name,
                        PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = name },
                    }),
        ];
        await _client.CoreV1.CreateNamespacedPodAsync(
            new V1Pod
            {
                Metadata = new V1ObjectMeta
                {
                    GenerateName = $"{workload.Name}-",
                    Labels = workload.Template.Metadata.Labels,
                },
                Spec = spec,
            },
            inNamespace, dryRun: "All", cancellationToken: Token);
    }

    /// <summary>An API server applies a new policy a moment later.</summary>
    private async Task AwaitFenceAsync()
    {
        for (int i = 0; i < 60; i++)
        {
            try
            {
                await AsScalerAsync("create", "namespace", $"too-early-{i}");
                await Task.Delay(TimeSpan.FromSeconds(1), Token);
            }
            catch (CliWrap.Exceptions.CommandExecutionException)
            {
                return;
            }
        }
    }

    private Task<BufferedCommandResult> AsScalerAsync(params string[] arguments) =>
        RunAsync(["--as=system:serviceaccount:plumbline:service-scaler", .. arguments]);

    private async Task<string> RefusedAsync(params string[] arguments) =>
        (await Assert.ThrowsAsync<CliWrap.Exceptions.CommandExecutionException>(() => AsScalerAsync(
            arguments))).Message;

    private async Task<BufferedCommandResult> RunAsync(params string[] arguments)
    {
        string config = _folder.File("config");
        await File.WriteAllTextAsync(
            config, KubeConfig.Of(_server.Configuration.Host, _server.Configuration.AccessToken), Token);
        return await Kubectl.RunAsync([$"--kubeconfig={config}", .. arguments]);
    }
}
