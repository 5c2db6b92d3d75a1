using k8s;
using k8s.Autorest;
using k8s.Models;
using Plumbline.Manifests.Tests;

namespace Plumbline.Cluster.Tests;

/// <summary>A scaler on a real API server with the account, permissions and fence from k8s/.</summary>
public sealed class Scaling_with_the_manifests_account_specs(RealApiServers servers) : IAsyncLifetime
{
    private readonly Guid _id = Guid.NewGuid();
    private readonly TemporaryFolder _folder = new();
    private ITestedApiServer _server = null!;
    private ClusterView _view = null!;
    private AsAccount _asScaler = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await servers.GetAsync();
        _view = new ClusterView(_server);
        await _view.StartEchoWorkersAsync(1);
        await File.WriteAllTextAsync(
            _folder.File("config"),
            KubeConfig.Of(_server.Configuration.Host, _server.Configuration.AccessToken),
            Token);
        foreach (string file in (string[])["service-scaler", "service-scaler-permissions", "service-scaler-fence"])
        {
            await Kubectl.RunAsync(
                $"--kubeconfig={_folder.File("config")}", "apply", "-f", Repository.File($"k8s/base/{file}.yaml"));
        }

        Authenticationv1TokenRequest request = new() { Spec = new V1TokenRequestSpec { Audiences = [] } };
        _asScaler = new AsAccount(
            _server,
            (await _view.Client.CoreV1.CreateNamespacedServiceAccountTokenAsync(
                request, "service-scaler", "plumbline", cancellationToken: Token)).Status.Token);
        await AwaitFenceAsync();
    }

    public ValueTask DisposeAsync()
    {
        _view?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task It_can_do_everything_from_the_sweep_at_the_start_to_the_removal_at_the_end()
    {
        Guid leftover = Guid.NewGuid();
        await new ExperimentNamespace(new ApiServer(_view.Client)).EnsureAsync(leftover, Token);
        using ScalerLife life = new(_asScaler);

        Assert.Equal([ClusterNames.Namespace(leftover)], await life.Sweep.RunAsync(Token));
        foreach ((int step, int services) in ((int, int)[])[(0, 0), (1, 150), (2, 20)])
        {
            await life.Cluster.ScaleAsync(ScalerLife.Step(_id, step, services), Token);
            await _view.AssertExactlyAsync(ScalerLife.Step(_id, step, services));
        }

        Assert.NotNull(await life.Cluster.FindCompleteAsync(_id, Token));
        await life.RemoveAsync(_id, Token);
        await _view.AssertNothingLeftAsync();
    }

    /// <summary>An API server applies a new policy a moment later.</summary>
    private async Task AwaitFenceAsync()
    {
        using Kubernetes client = new(_asScaler.Configuration);
        await Waiting.UntilAsync(async () =>
        {
            try
            {
                await client.CoreV1.CreateNamespaceAsync(
                    new V1Namespace { Metadata = new V1ObjectMeta { GenerateName = "too-early-" } },
                    cancellationToken: Token);
                return false;
            }
            catch (HttpOperationException exception)
                when (exception.Response.Content.Contains(
                    "may change only namespaces of experiments", StringComparison.Ordinal))
            {
                return true;
            }
        });
    }

    private sealed class AsAccount(ITestedApiServer server, string token) : ITestedApiServer
    {
        public KubernetesClientConfiguration Configuration
        {
            get
            {
                KubernetesClientConfiguration configuration = server.Configuration;
                configuration.AccessToken = token;
                return configuration;
            }
        }

        KubernetesClientConfiguration ITestedApiServer.Observer => server.Observer;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
