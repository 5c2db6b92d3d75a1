using System.Globalization;
using System.Text;

namespace Plumbline.DataPlanes.Tests;

/// <summary>Whether a namespace's rules are still the same, without reading them as text.</summary>
public sealed class Ruleset_specs
{
    [Fact]
    public void Rulesets_travel_as_text()
    {
        const string text = "node nft:12 legacy:4f0c1a2b3c4d5e6f; client nft:none legacy:none";

        Assert.Equal(text, WayRulesets.Parse(text).ToString());
        Assert.True(WayRulesets.Parse(text).HasLegacyTables);
        Assert.Throws<FormatException>(() => WayRulesets.Parse("node something"));
        Assert.Throws<FormatException>(() => WayRulesets.Parse(""));
    }

    [Fact]
    public void A_change_is_told_with_its_namespace_and_both_sides()
    {
        WayRulesets before = WayRulesets.Parse("node nft:12 legacy:none; endpoint nft:1 legacy:none");
        WayRulesets after = WayRulesets.Parse("node nft:14 legacy:none; endpoint nft:1 legacy:aa");

        Assert.Null(before.ChangeTo(before, "changed"));
        Assert.Equal(
            "the node's ruleset changed (nf_tables generation 12 → 14); "
            + "the endpoint's ruleset changed (legacy tables none → aa)",
            before.ChangeTo(after, "changed"));
    }

    [Fact]
    [Trait("Category", "Kernel")]
    public async Task Every_transaction_of_nf_tables_raises_the_generation_even_one_that_is_taken_back()
    {
        await using TestNamespace node = await TestNamespace.CreateAsync();
        RulesetFingerprint empty = await ReadAsync(node);
        await node.RunAsync("nft add table ip one");
        RulesetFingerprint added = await ReadAsync(node);
        await node.RunAsync("nft list ruleset");
        await node.RunAsync("iptables-nft -t nat -S");
        RulesetFingerprint listed = await ReadAsync(node);
        await node.RunAsync("nft delete table ip one");

        RulesetFingerprint[] all = [empty, added, await ReadAsync(node)];
        Assert.Equal(3, all.Distinct().Count());
        Assert.Equal(added, listed);
        Assert.All(all, each => Assert.False(each.HasLegacyTables));
    }

    [Fact]
    [Trait("Category", "Kernel")]
    public async Task Legacy_tables_have_a_hash_of_their_rules_in_their_order_without_counters()
    {
        await using TestNamespace node = await TestNamespace.CreateAsync();
        await node.RunAsync("iptables-legacy-restore", LegacyRules(1, 2, 3));
        RulesetFingerprint first = await ReadAsync(node);
        await node.RunAsync("iptables-legacy-restore -c", LegacyRules(1, 2, 3).Replace(
            "-A", "[7:77] -A", StringComparison.Ordinal));
        RulesetFingerprint counted = await ReadAsync(node);
        await node.RunAsync("iptables-legacy-restore", LegacyRules(2, 1, 3));
        RulesetFingerprint reordered = await ReadAsync(node);
        await node.RunAsync("iptables-legacy-restore", LegacyRules(1, 2, 3));

        Assert.True(first.HasLegacyTables);
        Assert.Equal(first, counted);
        Assert.NotEqual(first, reordered);
        Assert.Equal(first, await ReadAsync(node));
    }

    [Fact]
    [Trait("Category", "Kernel")]
    public async Task Large_legacy_tables_are_read_whole_so_that_the_last_rule_counts()
    {
        await using TestNamespace node = await TestNamespace.CreateAsync();
        int[] ports = [.. Enumerable.Range(1, 20_000)];
        await node.RunAsync("iptables-legacy-restore", LegacyRules(ports));
        RulesetFingerprint first = await ReadAsync(node);
        ports[^1]++;
        await node.RunAsync("iptables-legacy-restore", LegacyRules(ports));

        Assert.NotEqual(first, await ReadAsync(node));
    }

    [Fact]
    [Trait("Category", "Kernel")]
    public async Task Where_we_have_tables_of_our_own_those_of_others_count_by_name()
    {
        await using TestNamespace node = await TestNamespace.CreateAsync();
        WatchedNamespace watched = new("client", node.Namespace, OwnTables: "ours-");
        await node.RunAsync("nft add table ip ours-1");
        RulesetFingerprint ours = await RulesetFingerprint.ReadAsync(watched);
        await node.RunAsync("nft add table inet others");

        Assert.Equal("none", ours.NfTables);
        Assert.Equal("others", (await RulesetFingerprint.ReadAsync(watched)).NfTables);
    }

    private static Task<RulesetFingerprint> ReadAsync(TestNamespace node) =>
        RulesetFingerprint.ReadAsync(new WatchedNamespace("node", node.Namespace));

    private static string LegacyRules(params int[] ports)
    {
        StringBuilder lines = new("*filter\n");
        foreach (int port in ports)
        {
            lines.Append(CultureInfo.InvariantCulture, $"-A FORWARD -p tcp --dport {port} -j ACCEPT\n");
        }

        return lines.Append("COMMIT\n").ToString();
    }
}
