using Plumbline.Contracts;

namespace Plumbline.DataPlanes.Tests;

public sealed class ServiceRuleReaderTests
{
    private const string Rule =
        "-A KUBE-SERVICES -d 10.96.10.1/32 -p tcp -m comment --comment \"lat/a:tcp cluster IP\" -m tcp --dport 7000 -j KUBE-SVC-2BAZ43WDZU3W2DCD";

    private const string Element =
        """[{"concat": ["10.96.10.1", "tcp", 7000]}, {"goto": {"target": "service-UR6NUCS4-lat/a/tcp/tcp"}}]""";

    private static readonly ServiceRule s_rule = new(0, Ipv4.Parse("10.96.10.1"), 7000, ServiceProtocol.Tcp, "lat", "a");

    [Theory]
    [InlineData(SavedRules.IptablesLegacy)]
    [InlineData(SavedRules.IptablesNft)]
    public void A_saved_iptables_ruleset_gives_its_cluster_ip_rules_in_their_order(string saved)
    {
        ServiceRuleSet rules = FromIptables(SavedRules.Read(saved));

        Assert.Equal(
            SavedObjects.InOrderOf(saved).Where(port => port.Endpoints.Count > 0)
                .Select((port, i) => new ServiceRule(i, port.ClusterIp, port.Port, port.Protocol, port.Namespace, port.Name)),
            rules.Rules);
    }

    [Fact]
    public void Only_rules_to_a_services_own_chain_count()
    {
        ServiceRuleSet rules = FromIptables(
            $"""
            -N KUBE-SERVICES
            -A KUBE-SERVICES -d 192.0.2.1/32 -p tcp -m comment --comment "lat/a:tcp external IP" -m tcp --dport 7000 -j KUBE-EXT-2BAZ43WDZU3W2DCD
            {Rule}
            -A KUBE-SERVICES -m comment --comment "kubernetes service nodeports" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
            """);

        Assert.Equal([s_rule], rules.Rules);
    }

    [Fact]
    public void The_order_of_a_rules_options_does_not_matter() => Assert.Equal(
        [s_rule],
        FromIptables("-A KUBE-SERVICES -p tcp -m comment --comment \"lat/a cluster IP\" -m tcp -d 10.96.10.1/32 --dport 7000 -j KUBE-SVC-X").Rules);

    [Fact]
    public void An_empty_chain_has_no_rules() => Assert.Equal(0, FromIptables("-N KUBE-SERVICES\n").Count);

    [Theory]
    [InlineData("iptables: No chain/target/match by that name.")]
    [InlineData("-A KUBE-SERVICES -p tcp -m comment --comment \"lat/a:tcp cluster IP\" -m tcp --dport 7000 -j KUBE-SVC-X")]
    [InlineData("-A KUBE-SERVICES -d 10.96.0.0/12 -p tcp -m comment --comment \"lat/a:tcp cluster IP\" -m tcp --dport 7000 -j KUBE-SVC-X")]
    [InlineData("-A KUBE-SERVICES -d 10.96.0.300/32 -p tcp -m comment --comment \"lat/a:tcp cluster IP\" -m tcp --dport 7000 -j KUBE-SVC-X")]
    [InlineData("-A KUBE-SERVICES -d 10.96.0.1/32 -p sctp -m comment --comment \"lat/a:tcp cluster IP\" -m sctp --dport 7000 -j KUBE-SVC-X")]
    [InlineData("-A KUBE-SERVICES -d 10.96.0.1/32 -m comment --comment \"lat/a:tcp cluster IP\" --dport 7000 -j KUBE-SVC-X")]
    [InlineData("-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment \"lat/a:tcp cluster IP\" -m tcp -j KUBE-SVC-X")]
    [InlineData("-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m tcp --dport 70000 -m comment --comment \"lat/a:tcp cluster IP\" -j KUBE-SVC-X")]
    [InlineData("-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m tcp --dport 7000 -j KUBE-SVC-X")]
    [InlineData("-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment \"a:tcp cluster IP\" -m tcp --dport 7000 -j KUBE-SVC-X")]
    [InlineData("-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment \"lat/a:tcp cluster IP -m tcp --dport 7000 -j KUBE-SVC-X")]
    public void A_line_of_anything_else_is_named(string line)
    {
        string message = Assert.Throws<FormatException>(() => FromIptables($"{Rule}\n{line}\n")).Message;

        Assert.StartsWith("line 2 ", message, StringComparison.Ordinal);
        Assert.EndsWith(line, message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_nft_listing_gives_its_elements() => Assert.Equal([s_rule], FromNftables(Listing(Element)).Rules);

    [Fact]
    public void An_element_with_a_comment_is_read_like_one_without() => Assert.Equal(
        [s_rule],
        FromNftables(Listing("""[{"elem": {"val": {"concat": ["10.96.10.1", "tcp", 7000]}, "comment": "x"}}, {"goto": {"target": "service-UR6NUCS4-lat/a/tcp/"}}]""")).Rules);

    [Fact]
    public void Only_elements_to_a_services_own_chain_count() => Assert.Equal(
        [s_rule],
        FromNftables(Listing("""[{"concat": ["192.0.2.1", "tcp", 7000]}, {"goto": {"target": "external-UR6NUCS4-lat/a/tcp/tcp"}}], """ + Element)).Rules);

    [Fact]
    public void A_map_without_elements_has_no_rules() =>
        Assert.Equal(0, FromNftables("""{"nftables": [{"metainfo": {}}, {"map": {"name": "service-ips"}}]}""").Count);

    [Theory]
    [InlineData("""["10.96.10.1", "tcp", 7000]""")]
    [InlineData("""[{"concat": ["10.96.10.1", "tcp"]}, {"goto": {"target": "service-UR6NUCS4-lat/a/tcp/tcp"}}]""")]
    [InlineData("""[{"concat": ["10.96.10", "tcp", 7000]}, {"goto": {"target": "service-UR6NUCS4-lat/a/tcp/tcp"}}]""")]
    [InlineData("""[{"concat": ["10.96.10.1", "sctp", 7000]}, {"goto": {"target": "service-UR6NUCS4-lat/a/tcp/tcp"}}]""")]
    [InlineData("""[{"concat": ["10.96.10.1", "tcp", "7000"]}, {"goto": {"target": "service-UR6NUCS4-lat/a/tcp/tcp"}}]""")]
    [InlineData("""[{"concat": ["10.96.10.1", "tcp", 7000]}, {"drop": null}]""")]
    [InlineData("""[{"concat": ["10.96.10.1", "tcp", 7000]}, {"goto": {"target": "reject-chain"}}]""")]
    [InlineData("""[{"concat": ["10.96.10.1", "tcp", 7000]}, {"goto": {"target": "service-UR6NUCS4-lat/a/tcp"}}]""")]
    [InlineData("""[{"concat": ["10.96.10.1", "tcp", 7000]}, {"goto": {"target": "service-UR"}}]""")]
    public void An_element_of_anything_else_is_named(string element) => Assert.EndsWith(
        element,
        Assert.Throws<FormatException>(() => FromNftables(Listing($"{Element}, {element}"))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("Error: No such file or directory")]
    [InlineData("[]")]
    [InlineData("""{"nftables": [{"metainfo": {}}]}""")]
    [InlineData("""{"nftables": [{"map": {"name": "service-nodeports"}}]}""")]
    [InlineData("""{"nftables": [{"map": {"name": "service-ips", "elem": 1}}]}""")]
    public void A_text_that_is_no_listing_of_the_map_is_refused(string text) => Assert.Contains(
        "service-ips", Assert.Throws<FormatException>(() => FromNftables(text)).Message, StringComparison.Ordinal);

    private static string Listing(string elements) =>
        """{"nftables": [{"metainfo": {"version": "1.0.6"}}, {"map": {"family": "ip", "name": "service-ips", "elem": [""" + elements + "]}}]}";

    private static ServiceRuleSet FromIptables(string text)
    {
        using StringReader reader = new(text);
        return ServiceRuleReader.FromIptables(reader);
    }

    private static ServiceRuleSet FromNftables(string text)
    {
        using StringReader reader = new(text);
        return ServiceRuleReader.FromNftables(reader);
    }
}
