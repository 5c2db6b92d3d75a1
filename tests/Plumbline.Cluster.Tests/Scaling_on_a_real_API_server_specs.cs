namespace Plumbline.Cluster.Tests;

public sealed class Scaling_on_a_real_API_server_specs(RealApiServers servers) : Scaling_suite
{
    private protected override Task<ITestedApiServer> StartServerAsync() => servers.GetAsync();
}
