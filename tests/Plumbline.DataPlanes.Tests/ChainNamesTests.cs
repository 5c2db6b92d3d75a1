namespace Plumbline.DataPlanes.Tests;

public sealed class ChainNamesTests
{
    private static readonly ServicePort s_port = SavedObjects.Port("lat/a:tcp");

    [Fact]
    public void Chains_have_the_names_that_kube_proxy_gave_them()
    {
        Assert.Equal("KUBE-SVC-2BAZ43WDZU3W2DCD", IptablesChains.Service(s_port));
        Assert.Equal("KUBE-SEP-5UWXVRLCJSRIJDRZ", IptablesChains.Endpoint(s_port, s_port.Endpoints[0]));
        Assert.Equal("service-UR6NUCS4-lat/a/tcp/tcp", NftablesChains.Service(s_port));
        Assert.Equal(
            "endpoint-ZP55OBJR-lat/a/tcp/tcp__10.244.0.11/7001", NftablesChains.Endpoint(s_port, s_port.Endpoints[0]));
    }

    [Fact]
    public void An_unnamed_port_leaves_no_colon_behind()
    {
        ServicePort unnamed = s_port with { PortName = "" };

        Assert.Equal("lat/a", unnamed.FullName);
        Assert.EndsWith("-lat/a/tcp/", NftablesChains.Service(unnamed), StringComparison.Ordinal);
    }
}
