namespace Plumbline.Cluster.Tests;

public sealed class Scaling_on_the_double_specs : Scaling_suite
{
    private protected override async Task<ITestedApiServer> StartServerAsync() => await ApiServerDouble.StartAsync();
}
