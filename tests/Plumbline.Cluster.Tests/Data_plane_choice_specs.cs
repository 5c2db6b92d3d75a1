using Plumbline.Rules;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

/// <summary>Which data plane a step is measured on, and when it cannot be measured.</summary>
public sealed class Data_plane_choice_specs
{
    private static readonly NodeRules s_nftables = new() { Nftables = 5, Dialect = NftablesDialect.V136 };
    private static readonly NodeRules s_iptables = new() { IptablesNft = 5 };

    [Fact]
    public void Nodes_with_one_data_plane_have_that_one_despite_empty_chains_of_another() => Assert.Equal(
        DataPlane.Nftables, DataPlaneChoice.Choose(Nodes(s_nftables, s_nftables with { IptablesNft = 0 }), [DataPlane.Nftables], NftablesDialect.V136));

    [Fact]
    public void A_step_without_Services_accepts_any_data_plane_and_dialect() => Assert.Equal(
        DataPlane.Nftables, DataPlaneChoice.Choose(Nodes(s_nftables), [DataPlane.NoRules], NftablesDialect.V135));

    [Fact]
    public void The_nftables_dialect_does_not_matter_on_iptables() => Assert.Equal(
        DataPlane.IptablesNft, DataPlaneChoice.Choose(Nodes(s_iptables), [DataPlane.IptablesNft], NftablesDialect.V135));

    [Fact]
    public void Nodes_with_two_data_planes_are_refused_by_name() => Assert.Equal(
        "node node-0 has nftables and node node-1 has iptables-nft: measure nodes with the same data plane in one experiment", Refusal(s_nftables, s_iptables));

    [Fact]
    public void A_node_that_cannot_be_measured_is_refused_with_the_reason()
    {
        Assert.StartsWith("node node-1: kube-proxy is in IPVS mode here", Refusal(s_nftables, s_nftables with { Ipvs = 3 }), StringComparison.Ordinal);
        Assert.StartsWith("node node-0: Service rules of iptables-nft (5) and of nftables (5) are there", Refusal(s_nftables with { IptablesNft = 5 }), StringComparison.Ordinal);
    }

    private static string Refusal(params NodeRules[] rules) => Assert.Throws<ClusterRefusedException>(
        () => DataPlaneChoice.Choose(Nodes(rules), [DataPlane.Nftables], NftablesDialect.V136)).Message;

    private static NodeDataPlaneRead[] Nodes(params NodeRules[] rules) => [.. rules.Select((each, i) => KubeProxyStandIn.Reading($"node-{i}", each))];
}
