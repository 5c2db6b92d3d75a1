using Plumbline.Linux;
using Plumbline.DataPlanes;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

/// <summary>Real kube-proxies that restart in another mode, and what the scaler reads from the nodes.</summary>
[Trait("Category", "Kernel")]
public sealed class Proxy_switch_on_real_kube_proxy_specs
{
    private readonly Guid _id = Guid.NewGuid();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("iptables-nft")]
    [InlineData("iptables-legacy")]
    public async Task In_both_modes_every_node_has_all_Services_and_no_rule_of_the_other_mode(string name)
    {
        DataPlane iptables = new(name);
        await using KubeProxyCluster cluster = await KubeProxyCluster.StartAsync(iptables);
        await using KubeProxyDaemon daemon = await KubeProxyDaemon.StartAsync(cluster.Server);
        daemon.Start = (node, mode) =>
            cluster.RestartInModeAsync(
                cluster.Nodes.Single(each => each.Name == node), PlaneOf(mode), CancellationToken.None, iptables);
        using ScalerLife life = new(
            cluster.Server, rules: new RulesPatience { FirstPause = TimeSpan.FromMilliseconds(
                50) }, nodes: new NamespaceNodes(cluster.Nodes));

        int number = 0;
        foreach (ProxyMode mode in (ProxyMode[])[ProxyMode.Nftables, ProxyMode.Iptables, ProxyMode.Nftables])
        {
            foreach (int services in (int[])[0, 50])
            {
                ServicesScaled scaled = await life.Cluster.ScaleAsync(
                    ScalerLife.Step(_id, number++, services) with
                    {
                        Nodes = [.. cluster.Nodes.Select(node => node.Name)],
                        DataPlanes = [services == 0 ? DataPlane.NoRules : PlaneOf(mode)],
                        AllDataPlanes = [iptables, Planes.Nftables],
                        ProxyMode = mode,
                    },
                    Token);

                Assert.All(scaled.Nodes, node => Assert.Equal((PlaneOf(mode), services), (node.DataPlane, node.Rules)));
            }

            foreach (KubeNode node in cluster.Nodes)
            {
                Assert.DoesNotContain(
                    PlaneOf(mode) == Planes.Nftables ? "KUBE-SVC-" : "table ip kube-proxy",
                    await RulesetAsync(node),
                    StringComparison.Ordinal);
            }
        }

        await life.RemoveAsync(_id, Token);

        await daemon.AssertAsBeforeAsync();
        foreach (KubeNode node in cluster.Nodes)
        {
            await Waiting.UntilAsync(
                async () =>
                    DetectedDataPlane.Of(
                        await DataPlaneDetector.ReadAsync(node.Namespace, Token)).DataPlane == iptables);
            Assert.DoesNotContain("table ip kube-proxy", await RulesetAsync(node), StringComparison.Ordinal);
        }

        DataPlane PlaneOf(ProxyMode mode) => mode == ProxyMode.Nftables ? Planes.Nftables : iptables;
    }

    private static async Task<string> RulesetAsync(KubeNode node) =>
        await Tool.RunAsync(node.Namespace, "nft", ["list", "ruleset"], token: Token)
            + await Tool.RunAsync(node.Namespace, "iptables-legacy-save", [], token: Token);
}
