namespace Plumbline.DataPlanes.Tests;

public sealed class IptablesReaderTests
{
    private const string Rule =
        "-A KUBE-SERVICES -d 10.96.10.1/32 -p tcp -m comment --comment \"lat/a:tcp cluster IP\""
        + " -m tcp --dport 7000 -j KUBE-SVC-2BAZ43WDZU3W2DCD";

    private const string Listing =
        """
        -N KUBE-SERVICES
        -A KUBE-SERVICES -d 10.96.10.1/32 -p udp -m comment --comment "l/a cluster IP" -m udp --dport 7000 -j KUBE-SVC-U
        -A KUBE-SERVICES -d 10.96.10.1/32 -p tcp -m comment --comment "l/a cluster IP" -m tcp --dport 70 -j KUBE-SVC-O
        -A KUBE-SERVICES -d 10.96.10.1/32 -p tcp -m comment --comment "l/a cluster IP" -m tcp --dport 7000 -j KUBE-SVC-T
        """;

    private static readonly ServiceRule s_rule =
        new(0, Ipv4.Parse("10.96.10.1"), 7000, ServiceProtocol.Tcp, "lat", "a");

    [Theory]
    [InlineData(SavedRules.IptablesLegacy)]
    [InlineData(SavedRules.IptablesNft)]
    public void A_saved_iptables_ruleset_gives_its_cluster_ip_rules_in_their_order(string saved)
    {
        ServiceRuleSet rules = IptablesReader.ReadRules(SavedRules.Read(saved));

        Assert.Equal(
            SavedObjects.InOrderOf(saved).Where(port => port.Endpoints.Count > 0)
                .Select(Some.Rule),
            rules.Rules);
    }

    [Fact]
    public void Only_rules_to_a_services_own_chain_count()
    {
        ServiceRuleSet rules = IptablesReader.ReadRules(
            $"""
            -N KUBE-SERVICES
            -A KUBE-SERVICES -d 192.0.2.1/32 -p tcp -m comment --comment "l/a external" -m tcp --dport 1 -j KUBE-EXT-X
            {Rule}
            -A KUBE-SERVICES -m comment --comment "service nodeports" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
            """);

        Assert.Equal([s_rule], rules.Rules);
    }

    [Fact]
    public void The_order_of_a_rules_options_does_not_matter() => Assert.Equal(
        [s_rule],
        IptablesReader.ReadRules("-A KUBE-SERVICES -p tcp -m comment --comment \"lat/a cluster IP\" -m tcp"
            + " -d 10.96.10.1/32 --dport 7000 -j KUBE-SVC-X").Rules);

    [Fact]
    public void An_empty_chain_has_no_rules() => Assert.Equal(0, IptablesReader.ReadRules("-N KUBE-SERVICES\n").Count);

    [Theory]
    [InlineData("-p tcp -m comment --comment \"lat/a:tcp cluster IP\" -m tcp --dport 7000")]
    [InlineData("-d 10.96.0.0/12 -p tcp -m comment --comment \"lat/a:tcp cluster IP\" -m tcp --dport 7000")]
    [InlineData("-d 10.96.0.300/32 -p tcp -m comment --comment \"lat/a:tcp cluster IP\" -m tcp --dport 7000")]
    [InlineData("-d 10.96.0.1/32 -p sctp -m comment --comment \"lat/a:tcp cluster IP\" -m sctp --dport 7000")]
    [InlineData("-d 10.96.0.1/32 -m comment --comment \"lat/a:tcp cluster IP\" --dport 7000")]
    [InlineData("-d 10.96.0.1/32 -p tcp -m comment --comment \"lat/a:tcp cluster IP\" -m tcp")]
    [InlineData("-d 10.96.0.1/32 -p tcp -m tcp --dport 70000 -m comment --comment \"lat/a:tcp cluster IP\"")]
    [InlineData("-d 10.96.0.1/32 -p tcp -m tcp --dport 7000")]
    [InlineData("-d 10.96.0.1/32 -p tcp -m comment --comment \"a:tcp cluster IP\" -m tcp --dport 7000")]
    [InlineData("-d 10.96.0.1/32 -p tcp -m comment --comment \"lat/a:tcp cluster IP -m tcp --dport 7000")]
    public void A_rule_without_one_of_its_parts_is_named(string match) =>
        AssertNamed($"-A KUBE-SERVICES {match} -j KUBE-SVC-X");

    [Fact]
    public void A_line_of_an_error_is_named() => AssertNamed("iptables: No chain/target/match by that name.");

    [Fact]
    public void A_rule_is_found_by_address_protocol_and_port() =>
        Assert.EndsWith("-j KUBE-SVC-T", IptablesReader.FindText(Listing, s_rule), StringComparison.Ordinal);

    [Fact]
    public void A_rule_that_does_not_exist_is_not_found() =>
        Assert.Null(IptablesReader.FindText(Listing, s_rule with { Port = 7001 }));

    [Theory]
    [InlineData("lat", 2)]
    [InlineData("la", 0)]
    public void Rules_that_refuse_packets_are_counted_in_their_namespace(string serviceNamespace, int count) =>
        Assert.Equal(count, IptablesReader.CountRefusing(SavedRules.Read(SavedRules.IptablesNft), serviceNamespace));

    private static void AssertNamed(string line)
    {
        string message = Assert.Throws<FormatException>(() => IptablesReader.ReadRules($"{Rule}\n{line}\n")).Message;

        Assert.StartsWith("line 2 ", message, StringComparison.Ordinal);
        Assert.EndsWith(line, message, StringComparison.Ordinal);
    }
}
