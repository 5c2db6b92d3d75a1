using Plumbline.DataPlanes;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

/// <summary>Which data plane a step is measured on, and when it cannot be measured.</summary>
public sealed class Data_plane_choice_specs
{
    private static readonly Detection s_rules = new(Planes.Nftables, 5, NftablesDialect.V136);
    private static readonly KernelRuleCounts s_nftables = new([s_rules]);
    private static readonly KernelRuleCounts s_iptables = new([new(Planes.IptablesNft, 5)]);

    [Fact]
    public void Nodes_with_one_data_plane_have_that_one_despite_empty_chains_of_another() => Assert.Equal(
        Planes.Nftables,
        DataPlaneChoice.Choose(
            Nodes(s_nftables, new([new(Planes.IptablesNft, 0), s_rules])), [Planes.Nftables], NftablesDialect.V136));

    [Fact]
    public void A_step_without_Services_accepts_any_data_plane_and_dialect() => Assert.Equal(
        Planes.Nftables, DataPlaneChoice.Choose(Nodes(s_nftables), [DataPlane.NoRules], NftablesDialect.V135));

    [Fact]
    public void The_nftables_dialect_does_not_matter_on_iptables() => Assert.Equal(
        Planes.IptablesNft, DataPlaneChoice.Choose(Nodes(s_iptables), [Planes.IptablesNft], NftablesDialect.V135));

    [Fact]
    public void Nodes_with_two_data_planes_are_refused_by_name() => Assert.Equal(
        "node node-0 has nftables and node node-1 has iptables-nft: measure nodes with the same data plane in one "
        + "experiment",
        Refusal(s_nftables, s_iptables));

    [Fact]
    public void A_node_that_cannot_be_measured_is_refused_with_the_reason()
    {
        Assert.StartsWith(
            "node node-1: kube-proxy is in IPVS mode here",
            Refusal(s_nftables, s_nftables with { Ipvs = 3 }),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "node node-0: Service rules of iptables-nft (5) and of nftables (5) are there",
            Refusal(new KernelRuleCounts([new(Planes.IptablesNft, 5), s_rules])),
            StringComparison.Ordinal);
    }

    private static string Refusal(params KernelRuleCounts[] rules) => Assert.Throws<ClusterRefusedException>(
        () => DataPlaneChoice.Choose(Nodes(rules), [Planes.Nftables], NftablesDialect.V136)).Message;

    private static NodeDataPlaneRead[] Nodes(params KernelRuleCounts[] rules) =>
        [.. rules.Select((each, i) => KubeProxyStandIn.Reading($"node-{i}", each))];
}
