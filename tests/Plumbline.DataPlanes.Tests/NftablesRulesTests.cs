namespace Plumbline.DataPlanes.Tests;

public sealed class NftablesRulesTests
{
    private static readonly ServicePort s_port = Some.Port(0, endpoints: 2);

    [Theory]
    [InlineData(NftablesDialect.V136)]
    [InlineData(NftablesDialect.V135)]
    public void The_table_is_replaced_in_one_script(NftablesDialect dialect)
    {
        string[] lines = Some.NftablesText([s_port], dialect).Split('\n');

        Assert.Equal(["add table ip kube-proxy", "delete table ip kube-proxy", "table ip kube-proxy {"], lines[..3]);
    }

    [Theory]
    [InlineData(true, "numgen random mod 2 map { 0 : 10.244.0.11 . 7001, 1 : 10.244.0.12 . 7001 }")]
    [InlineData(false, "10.244.0.11:7001")]
    public void From_1_36_a_service_chain_is_one_rule(bool anonymousMaps, string target)
    {
        Dictionary<string, string> chains = Chains(NftablesDialect.V136, anonymousMaps);

        Assert.Equal($"\t\tmeta l4proto udp dnat ip to {target}\n", chains[NftablesChains.Service(s_port)]);
        Assert.DoesNotContain(chains.Keys, name => name.StartsWith("endpoint-", StringComparison.Ordinal));
    }

    [Fact]
    public void Until_1_35_a_service_chain_goes_to_a_chain_of_each_endpoint()
    {
        Dictionary<string, string> chains = Chains(NftablesDialect.V135);

        string first = NftablesChains.Endpoint(s_port, s_port.Endpoints[0]);
        string second = NftablesChains.Endpoint(s_port, s_port.Endpoints[1]);
        Assert.Equal(
            "\t\tip daddr 10.96.0.10 udp dport 7000 ip saddr != 10.244.0.0/16 jump mark-for-masquerade\n"
            + $"\t\tnumgen random mod 2 vmap {{ 0 : goto {first}, 1 : goto {second} }}\n",
            chains[NftablesChains.Service(s_port)]);
        Assert.Equal(
            "\t\tip saddr 10.244.0.12 jump mark-for-masquerade\n\t\tmeta l4proto udp dnat to 10.244.0.12:7001\n",
            chains[second]);
    }

    [Fact]
    public void Until_1_35_a_service_chain_without_a_map_goes_to_the_first_endpoint()
    {
        Dictionary<string, string> chains = Chains(NftablesDialect.V135, anonymousMaps: false);

        string first = NftablesChains.Endpoint(s_port, s_port.Endpoints[0]);
        Assert.EndsWith(
            $"jump mark-for-masquerade\n\t\tgoto {first}\n",
            chains[NftablesChains.Service(s_port)],
            StringComparison.Ordinal);
        Assert.Equal([first], chains.Keys.Where(name => name.StartsWith("endpoint-", StringComparison.Ordinal)));
    }

    [Fact]
    public void Only_the_chosen_ports_carry_an_anonymous_map()
    {
        IReadOnlyList<ServicePort> ports = Some.ShuffledPorts(services: 10);
        using StringWriter writer = new();

        NftablesRules.WriteNft(
            writer, ports, SavedObjects.Network, NftablesDialect.V136, port => port.Name == "service-3");

        Assert.Equal(2, writer.ToString().Split("numgen").Length - 1);
    }

    [Theory]
    [InlineData(NftablesDialect.V136)]
    [InlineData(NftablesDialect.V135)]
    public void A_port_without_endpoints_is_rejected_and_has_no_chain(NftablesDialect dialect)
    {
        string text = Some.NftablesText([Some.Port(0, endpoints: 0)], dialect);

        Assert.Contains(
            "add element ip kube-proxy no-endpoint-services"
                + " { 10.96.0.10 . udp . 7000 comment \"some/service-0:udp\" : goto reject-chain }\n",
            text,
            StringComparison.Ordinal);
        Assert.DoesNotContain("-some/", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_two_ports_share_is_listed_once()
    {
        string text = Some.NftablesText(Some.ShuffledPorts(services: 1), NftablesDialect.V136);

        Assert.Contains("add element ip kube-proxy cluster-ips { 10.96.0.10 }\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Endpoints_outside_the_pods_network_are_not_the_nodes_own()
    {
        string text = Some.NftablesText([SavedObjects.Port("default/kubernetes:https")], NftablesDialect.V136);

        Assert.DoesNotContain("10.200.0.1 . 10.200.0.1", text, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Chains(NftablesDialect dialect, bool anonymousMaps = true) =>
        SavedRules.NftablesChains(Some.NftablesText([s_port], dialect, anonymousMaps));
}
