using Plumbline.DataPlanes;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

/// <summary>Which data plane a cluster's nodes have, and when that cannot be measured.</summary>
public sealed class Node_plane_specs
{
    private static readonly KernelRuleCounts s_nftables = new() { Nftables = 5, Dialect = NftablesDialect.V136 };
    private static readonly KernelRuleCounts s_iptables = new() { IptablesNft = 5 };

    [Fact]
    public void Nodes_of_one_data_plane_have_that_one_whatever_was_left_behind() => Assert.Equal(
        DataPlane.Nftables, NodePlane.Choose(Nodes(s_nftables, s_nftables with { IptablesNft = 0 }), [DataPlane.Nftables], NftablesDialect.V136));

    [Fact]
    public void A_step_without_Services_has_whatever_there_is_in_whatever_dialect() => Assert.Equal(
        DataPlane.Nftables, NodePlane.Choose(Nodes(s_nftables), [DataPlane.NoRules], NftablesDialect.V135));

    [Fact]
    public void The_dialect_of_nftables_does_not_matter_where_there_is_none() => Assert.Equal(
        DataPlane.IptablesNft, NodePlane.Choose(Nodes(s_iptables), [DataPlane.IptablesNft], NftablesDialect.V135));

    [Fact]
    public void Nodes_of_two_data_planes_are_refused_by_name() => Assert.Equal(
        "node node-0 has nftables and node node-1 iptables-nft: measure nodes of one data plane at a time", Refusal(s_nftables, s_iptables));

    [Fact]
    public void A_node_that_cannot_be_measured_is_refused_with_its_reason()
    {
        Assert.StartsWith("node node-1: kube-proxy is in IPVS mode here", Refusal(s_nftables, s_nftables with { Ipvs = 3 }), StringComparison.Ordinal);
        Assert.StartsWith("node node-0: Service rules of iptables-nft (5) and of nftables (5) are there", Refusal(s_nftables with { IptablesNft = 5 }), StringComparison.Ordinal);
    }

    private static string Refusal(params KernelRuleCounts[] rules) => Assert.Throws<ClusterRefusedException>(
        () => NodePlane.Choose(Nodes(rules), [DataPlane.Nftables], NftablesDialect.V136)).Message;

    private static NodeDataPlaneRead[] Nodes(params KernelRuleCounts[] rules) => [.. rules.Select((each, i) => KubeProxyStandIn.Reading($"node-{i}", each))];
}
