namespace Plumbline.Cluster.Tests;

public sealed class Proxy_switch_on_a_real_API_server_specs(RealApiServers servers) : Proxy_switch_suite
{
    private protected override Task<ITestedApiServer> StartServerAsync() => servers.GetAsync();
}
