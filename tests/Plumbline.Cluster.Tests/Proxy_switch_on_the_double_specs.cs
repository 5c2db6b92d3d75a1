namespace Plumbline.Cluster.Tests;

public sealed class Proxy_switch_on_the_double_specs : Proxy_switch_suite
{
    private protected override async Task<ITestedApiServer> StartServerAsync() => await ApiServerDouble.StartAsync();
}
