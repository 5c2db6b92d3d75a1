using Plumbline.Contracts;

namespace Plumbline.DataPlanes.Tests;

public sealed class NodeDataPlane_specs
{
    [Fact]
    public void The_data_plane_is_the_one_that_has_the_Services_rules()
    {
        DetectedDataPlane found = DetectedDataPlane.Of(new KernelRuleCounts { IptablesNft = 1_200 });

        Assert.Equal((DataPlane.IptablesNft, 1_200, null), (found.DataPlane, found.Rules, found.Refusal));
    }

    [Fact]
    public void Chains_that_a_switch_of_the_mode_left_behind_do_not_count_and_are_named()
    {
        DetectedDataPlane found = DetectedDataPlane.Of(new KernelRuleCounts { IptablesNft = 0, Nftables = 7, Dialect = NftablesDialect.V136 });

        Assert.Equal((DataPlane.Nftables, NftablesDialect.V136, null), (found.DataPlane, found.Dialect, found.Refusal));
        Assert.Equal([DataPlane.IptablesNft], found.Leftovers);
    }

    [Fact]
    public void IPVS_is_refused_even_beside_rules()
    {
        DetectedDataPlane found = DetectedDataPlane.Of(new KernelRuleCounts { IptablesNft = 3, Ipvs = 12 });

        Assert.Null(found.DataPlane);
        Assert.Contains("IPVS mode here (12 virtual services)", found.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_without_Service_rules_is_refused()
    {
        DetectedDataPlane found = DetectedDataPlane.Of(new KernelRuleCounts { IptablesLegacy = 0 });

        Assert.Null(found.DataPlane);
        Assert.StartsWith("the kernel has no Service rules of kube-proxy", found.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_data_planes_with_Service_rules_are_refused_by_name_and_number()
    {
        DetectedDataPlane found = DetectedDataPlane.Of(new KernelRuleCounts { IptablesLegacy = 5, Nftables = 7 });

        Assert.Null(found.DataPlane);
        Assert.StartsWith("Service rules of iptables-legacy (5) and of nftables (7) are there", found.Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SavedRules.Nftables136, NftablesDialect.V136)]
    [InlineData(SavedRules.Nftables130, NftablesDialect.V135)]
    public void The_dialect_is_told_by_a_Services_chain(string saved, NftablesDialect expected) =>
        Assert.Equal(expected, DataPlaneDetector.DialectOf(SavedRules.Read(saved)));

    [Fact]
    public void A_table_without_a_Services_chain_has_no_dialect() =>
        Assert.Null(DataPlaneDetector.DialectOf("table ip kube-proxy {\n\tchain services {\n\t}\n}\n"));
}
