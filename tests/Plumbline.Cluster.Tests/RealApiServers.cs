[assembly: AssemblyFixture(typeof(Plumbline.Cluster.Tests.RealApiServers))]

namespace Plumbline.Cluster.Tests;

/// <summary>One real API server for all tests, started when the first asks for it.</summary>
public sealed class RealApiServers : IAsyncLifetime
{
    private RealApiServer? _server;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    internal async Task<ITestedApiServer> GetAsync()
    {
        SkipWithout();
        return new Shared(_server ??= await RealApiServer.StartAsync());
    }

    /// <summary>A separate one for the test, with this range of addresses for Services.</summary>
    internal static async Task<ITestedApiServer> StartAsync(string serviceCidr)
    {
        SkipWithout();
        return await RealApiServer.StartAsync(serviceCidr);
    }

    private static void SkipWithout() =>
        Assert.SkipWhen(
            RealApiServer.Assets is null, "KUBEBUILDER_ASSETS names no folder with kube-apiserver and etcd");

    /// <summary>Keeps running when a test ends.</summary>
    private sealed class Shared(RealApiServer server) : ITestedApiServer
    {
        public k8s.KubernetesClientConfiguration Configuration => server.Configuration;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
