namespace Plumbline.DataPlanes.Tests;

public sealed class Detected_data_plane_specs
{
    [Fact]
    public void The_data_plane_is_the_one_that_has_the_Services_rules()
    {
        DetectedDataPlane found = Detect(new Detection(Planes.IptablesNft, 1_200));

        Assert.Equal((Planes.IptablesNft, 1_200, null), (found.DataPlane, found.Rules, found.Refusal));
    }

    [Fact]
    public void Chains_that_a_switch_of_the_mode_left_behind_do_not_count_and_are_named()
    {
        DetectedDataPlane found = Detect(
            new Detection(Planes.IptablesNft, 0), new Detection(Planes.Nftables, 7, NftablesDialect.V136));

        Assert.Equal((Planes.Nftables, NftablesDialect.V136, null), (found.DataPlane, found.Dialect, found.Refusal));
        Assert.Equal([Planes.IptablesNft], found.Leftovers);
    }

    [Fact]
    public void IPVS_is_refused_even_beside_rules()
    {
        DetectedDataPlane found = DetectedDataPlane.Of(new([new Detection(Planes.IptablesNft, 3)], Ipvs: 12));

        Assert.Null(found.DataPlane);
        Assert.Contains("IPVS mode here (12 virtual services)", found.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_without_Service_rules_is_refused()
    {
        DetectedDataPlane found = Detect(new Detection(Planes.IptablesLegacy, 0));

        Assert.Null(found.DataPlane);
        Assert.StartsWith("the kernel has no Service rules of kube-proxy", found.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_data_planes_with_Service_rules_are_refused_by_name_and_number()
    {
        DetectedDataPlane found = Detect(new Detection(Planes.IptablesLegacy, 5), new Detection(Planes.Nftables, 7));

        Assert.Null(found.DataPlane);
        Assert.StartsWith(
            "Service rules of iptables-legacy (5) and of nftables (7) are there",
            found.Refusal,
            StringComparison.Ordinal);
    }

    private static DetectedDataPlane Detect(params IReadOnlyList<Detection> found) => DetectedDataPlane.Of(new(found));
}
