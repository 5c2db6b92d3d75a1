namespace Plumbline.DataPlanes.Tests;

public sealed class IptablesRulesTests
{
    [Theory]
    [InlineData(SavedRules.IptablesLegacy)]
    [InlineData(SavedRules.IptablesNft)]
    public void Iptables_rules_for_the_saved_objects_are_the_lines_that_kube_proxy_wrote(string saved)
    {
        string text = Some.IptablesText(SavedObjects.InOrderOf(saved));

        // The kernel prints one digit more of a probability than kube-proxy writes.
        string written = SavedRules.Read(saved).Replace("0.50000000000", "0.5000000000", StringComparison.Ordinal);
        SortedDictionary<string, string> expected = SavedRules.IptablesTables(written);
        SortedDictionary<string, string> actual = SavedRules.IptablesTables(text);
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (string table in expected.Keys)
        {
            // iptables-save sorts chains by name; within a chain the order is kept.
            Assert.Equal(ByChain(expected[table]), ByChain(actual[table]));
        }
    }

    [Theory]
    [InlineData(1, new string[0])]
    [InlineData(2, new[] { "0.5000000000" })]
    [InlineData(4, new[] { "0.2500000000", "0.3333333333", "0.5000000000" })]
    public void Each_endpoint_but_the_last_takes_its_share_of_what_is_left(int endpoints, string[] probabilities) =>
        Assert.Equal(probabilities, Words(Some.IptablesText(Some.Port(0, endpoints)), "--probability"));

    [Theory]
    [InlineData(1_000, true)]
    [InlineData(1_001, false)]
    public void Above_a_thousand_endpoints_the_rules_of_endpoints_lose_their_comments(int endpoints, bool commented)
    {
        // Two Services: it is the sum that counts.
        string[] lines = Lines(Some.IptablesText(Some.Port(0, endpoints - 1), Some.Port(1)));

        string[] endpointRules = [.. lines.Where(line => line.StartsWith("-A KUBE-SEP-", StringComparison.Ordinal)
            || (line.StartsWith("-A KUBE-SVC-", StringComparison.Ordinal)
                && line.Contains("-j KUBE-SEP-", StringComparison.Ordinal)))];
        Assert.Equal(3 * endpoints, endpointRules.Length);
        Assert.All(
            endpointRules, line => Assert.Equal(commented, line.Contains("--comment", StringComparison.Ordinal)));

        string[] otherRules = [.. lines.Where(line => line.Contains("--dport", StringComparison.Ordinal))];
        Assert.Equal(4, otherRules.Length);
        Assert.All(otherRules, line => Assert.Contains("cluster IP", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_port_without_endpoints_is_rejected_in_filter_and_has_no_nat_rule()
    {
        SortedDictionary<string, string> tables =
            SavedRules.IptablesTables(Some.IptablesText(Some.Port(0, endpoints: 0)));

        Assert.Contains(
            "-A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m comment --comment \"some/service-0:udp has no endpoints\""
                + " -m udp --dport 7000 -j REJECT",
            tables["*filter"],
            StringComparison.Ordinal);
        Assert.DoesNotContain("service-0", tables["*nat"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_service_with_two_protocols_is_two_rules()
    {
        string[] rules = [.. ServiceRules(Some.IptablesText(Some.ShuffledPorts(services: 1)))];

        Assert.Equal(3, rules.Length);
        Assert.Single(rules, rule => rule.Contains("-p udp", StringComparison.Ordinal));
        Assert.Single(rules, rule => rule.Contains("-p tcp", StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_stand_in_the_given_order_and_the_node_ports_rule_last()
    {
        IReadOnlyList<ServicePort> ports = Some.ShuffledPorts(services: 50);

        string[] rules = [.. ServiceRules(Some.IptablesText(ports))];

        Assert.Equal(ports.Select(port => $"-d {Ipv4.Format(port.ClusterIp)}/32 -p {port.Protocol.WireName()}"),
            rules[..^1].Select(rule => string.Join(' ', rule.Split(' ')[2..6])));
        Assert.EndsWith("-j KUBE-NODEPORTS", rules[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void No_service_at_all_leaves_the_base_rules() =>
        Assert.EndsWith(
            "-j KUBE-NODEPORTS", Assert.Single(ServiceRules(Some.IptablesText())), StringComparison.Ordinal);

    private static IEnumerable<string> ServiceRules(string text) =>
        Lines(SavedRules.IptablesTables(text)["*nat"])
            .Where(line => line.StartsWith("-A KUBE-SERVICES ", StringComparison.Ordinal));

    /// <summary>Chains, then rules by their chain: sorting is stable.</summary>
    private static IEnumerable<string> ByChain(string table) =>
        Lines(table).OrderBy(
            line => line.StartsWith("-A ", StringComparison.Ordinal) ? line.Split(' ')[1] : line,
            StringComparer.Ordinal);

    private static IEnumerable<string> Words(string text, string after)
    {
        string[] words = text.Split(' ', '\n');
        return words.Where((_, i) => i > 0 && words[i - 1] == after);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
