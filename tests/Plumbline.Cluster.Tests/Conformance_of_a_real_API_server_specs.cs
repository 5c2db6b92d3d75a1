namespace Plumbline.Cluster.Tests;

public sealed class Conformance_of_a_real_API_server_specs(RealApiServers servers) : Conformance_suite
{
    private protected override Task<ITestedApiServer> StartServerAsync() => servers.GetAsync();

    private protected override Task<ITestedApiServer> StartServerAsync(string serviceCidr) =>
        RealApiServers.StartAsync(serviceCidr);
}
