namespace Plumbline.DataPlanes.Tests;

public sealed class NftablesReaderTests
{
    private const string Element =
        """[{"concat": ["10.96.10.1", "tcp", 7000]}, {"goto": {"target": "service-UR6NUCS4-lat/a/tcp/tcp"}}]""";

    private const string Map =
        """
        table ip kube-proxy {
        	map service-ips {
        		type ipv4_addr . inet_proto . inet_service : verdict
        		comment "ClusterIP, ExternalIP and LoadBalancer IP traffic"
        		elements = { 110.96.10.1 . tcp . 7000 : goto service-OTHER-l/b/tcp/, 10.96.10.1 . udp . 7000 : goto service-U,
        			     10.96.10.1 . tcp . 7000 : goto service-TCP-lat/a/tcp/tcp }
        	}
        }
        """;

    private static readonly ServiceRule s_rule =
        new(0, Ipv4.Parse("10.96.10.1"), 7000, ServiceProtocol.Tcp, "lat", "a");

    [Fact]
    public void A_listing_gives_its_elements() =>
        Assert.Equal([s_rule], NftablesReader.ReadRules(Listing(Element)).Rules);

    [Fact]
    public void An_element_with_a_comment_is_read_like_one_without() => Assert.Equal(
        [s_rule],
        NftablesReader.ReadRules(Listing(
            """
            [
                {"elem": {"val": {"concat": ["10.96.10.1", "tcp", 7000]}, "comment": "x"}},
                {"goto": {"target": "service-UR6NUCS4-lat/a/tcp/"}}
            ]
            """)).Rules);

    [Fact]
    public void Only_elements_to_a_services_own_chain_count() => Assert.Equal(
        [s_rule],
        NftablesReader.ReadRules(Listing(
            """[{"concat": ["192.0.2.1", "tcp", 7000]}, {"goto": {"target": "external-UR6NUCS4-lat/a/tcp/tcp"}}], """
            + Element)).Rules);

    [Fact]
    public void A_map_without_elements_has_no_rules() =>
        Assert.Empty(NftablesReader.ReadRules("""{"nftables": [{"map": {"name": "service-ips"}}]}""").Rules);

    [Theory]
    [InlineData("""["10.96.10.1", "tcp", 7000]""")]
    [InlineData("""[{"concat": ["10.96.10.1", "tcp"]}, {"goto": {"target": "service-UR6NUCS4-lat/a/tcp/tcp"}}]""")]
    [InlineData("""[{"concat": ["10.96.10", "tcp", 7000]}, {"goto": {"target": "service-UR6NUCS4-lat/a/tcp/tcp"}}]""")]
    [InlineData("""[{"concat": ["10.96.10.1", "sctp", 7000]}, {"goto": {"target": "service-UR6NUCS4-lat/a/tcp/"}}]""")]
    [InlineData("""[{"concat": ["10.96.10.1", "tcp", "7000"]}, {"goto": {"target": "service-UR6NUCS4-lat/a/tcp/"}}]""")]
    [InlineData("""[{"concat": ["10.96.10.1", "tcp", 7000]}, {"drop": null}]""")]
    [InlineData("""[{"concat": ["10.96.10.1", "tcp", 7000]}, {"goto": {"target": "reject-chain"}}]""")]
    [InlineData("""[{"concat": ["10.96.10.1", "tcp", 7000]}, {"goto": {"target": "service-UR6NUCS4-lat/a/tcp"}}]""")]
    [InlineData("""[{"concat": ["10.96.10.1", "tcp", 7000]}, {"goto": {"target": "service-UR"}}]""")]
    public void An_element_of_anything_else_is_named(string element) => Assert.EndsWith(
        element,
        Assert.Throws<FormatException>(() => NftablesReader.ReadRules(Listing($"{Element}, {element}"))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("Error: No such file or directory")]
    [InlineData("[]")]
    [InlineData("""{"nftables": [{"metainfo": {}}]}""")]
    [InlineData("""{"nftables": [{"map": {"name": "service-nodeports"}}]}""")]
    [InlineData("""{"nftables": [{"map": {"name": "service-ips", "elem": 1}}]}""")]
    public void A_text_that_is_no_listing_of_the_map_is_refused(string text) => Assert.Contains(
        "service-ips",
        Assert.Throws<FormatException>(() => NftablesReader.ReadRules(text)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void The_last_element_of_a_map_is_given_without_the_brace_after_it() => Assert.Equal(
        "10.96.10.1 . tcp . 7000 : goto service-TCP-lat/a/tcp/tcp", NftablesReader.FindText(Map, s_rule));

    [Fact]
    public void An_element_in_the_middle_of_a_line_is_given_without_the_comma_after_it() => Assert.Equal(
        "10.96.10.1 . udp . 7000 : goto service-U",
        NftablesReader.FindText(Map, s_rule with { Protocol = ServiceProtocol.Udp }));

    [Fact]
    public void An_address_that_only_ends_alike_is_another() =>
        Assert.Null(NftablesReader.FindText(Map, s_rule with { ClusterIp = Ipv4.Parse("0.96.10.1") }));

    [Fact]
    public void An_element_that_does_not_exist_is_not_found() =>
        Assert.Null(NftablesReader.FindText(Map, s_rule with { Port = 7001 }));

    [Theory]
    [InlineData("lat", 2)]
    [InlineData("la", 0)]
    public void Elements_that_refuse_packets_are_counted_in_their_namespace(string serviceNamespace, int count)
    {
        Assert.Equal(count, NftablesReader.CountRefusing(SavedRules.Read(SavedRules.Nftables136), serviceNamespace));
        Assert.Equal(count, NftablesReader.CountRefusing(SavedRules.Read(SavedRules.Nftables130), serviceNamespace));
    }

    [Theory]
    [InlineData(SavedRules.Nftables136, NftablesDialect.V136)]
    [InlineData(SavedRules.Nftables130, NftablesDialect.V135)]
    public void A_Services_chain_shows_the_dialect(string saved, NftablesDialect expected) =>
        Assert.Equal(expected, NftablesReader.DialectOf(SavedRules.Read(saved)));

    [Fact]
    public void A_table_without_a_Services_chain_has_no_dialect() =>
        Assert.Null(NftablesReader.DialectOf("table ip kube-proxy {\n\tchain services {\n\t}\n}\n"));

    private static string Listing(string elements) =>
        """{"nftables": [{"metainfo": {"version": "1.0.6"}}, {"map": {"name": "service-ips", "elem": ["""
        + elements
        + "]}}]}";
}
