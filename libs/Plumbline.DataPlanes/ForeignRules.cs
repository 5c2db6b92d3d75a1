using System.Globalization;
using System.Text.Json;
using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>Rules of others than kube-proxy that a node's forwarded packets can meet.</summary>
/// <param name="Count">In nf_tables and in legacy tables together.</param>
/// <param name="Words">Where they are, as <c>5,000 in table ip filter, 12 in legacy table nat</c>.</param>
public sealed record ForeignRules(int Count, string Words)
{
    /// <summary>The table of kube-proxy's nftables mode.</summary>
    private const string KubeProxyTable = "kube-proxy";

    private const string LegacySave = "iptables-legacy-save";

    private static readonly string[] s_families = ["ip", "inet", "netdev"];

    /// <summary>Reads all rules of the node, which takes seconds where there are many. Changes nothing.</summary>
    /// <exception cref="ToolException">A tool is missing or failed.</exception>
    /// <exception cref="JsonException">nft printed something else than JSON.</exception>
    public static async Task<ForeignRules> ReadAsync(NetworkNamespace node, CancellationToken token)
    {
        // "-t" leaves out the elements of sets and maps.
        string nft = await Tool.RunAsync(node, "nft", ["-j", "-t", "list", "ruleset"], token: token);

        // The tool makes no table, but where there is none it is not needed.
        bool hasLegacyTables = await node.RunAsync(() => LegacyTables.Names().Count > 0);
        string legacy = hasLegacyTables ? await Tool.RunAsync(node, LegacySave, [], token: token) : "";
        return Of(nft, legacy);
    }

    /// <param name="nft">What <c>nft -j list ruleset</c> prints.</param>
    /// <param name="legacy">What iptables-legacy-save prints.</param>
    internal static ForeignRules Of(string nft, string legacy)
    {
        IReadOnlyList<(string Table, int Rules)> found =
            FilterChain.CountForeign([.. ReadNft(nft), .. ReadLegacy(legacy)]);
        string words = string.Join(", ", found.Select(each =>
            string.Create(CultureInfo.InvariantCulture, $"{each.Rules:N0} in {each.Table}")));
        return new ForeignRules(found.Sum(each => each.Rules), words.Length == 0 ? "none" : words);
    }

    private static IEnumerable<FilterChain> ReadNft(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Dictionary<(string Table, string Chain), FilterChain> chains = [];
        foreach (JsonElement each in document.RootElement.GetProperty("nftables").EnumerateArray())
        {
            if (each.TryGetProperty("chain", out JsonElement chain) && TableOf(chain) is { } table)
            {
                string name = Text(chain, "name")!;
                chains[(table, name)] = new FilterChain(table, name) { Hook = Text(chain, "hook") };
            }
            else if (each.TryGetProperty("rule", out JsonElement rule) && TableOf(rule) is { } its)
            {
                chains[(its, Text(rule, "chain")!)].Rules.Add([.. Targets(rule.GetProperty("expr"))]);
            }
        }

        return chains.Values;
    }

    /// <summary>Null for a table that IPv4 packets do not meet, and for kube-proxy's own.</summary>
    private static string? TableOf(JsonElement element) =>
        Text(element, "table") is { } name && name != KubeProxyTable
        && Text(element, "family") is { } family && s_families.Contains(family)
            ? $"table {family} {name}"
            : null;

    /// <summary>The chains that a rule's expressions lead to, at any depth.</summary>
    private static IEnumerable<string> Targets(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Targets),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.Name is "jump" or "goto" && Text(property.Value, "target") is { } target
                ? [target]
                : Targets(property.Value)),
        _ => [],
    };

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static IEnumerable<FilterChain> ReadLegacy(string save)
    {
        Dictionary<(string Table, string Chain), FilterChain> chains = [];
        string table = "";
        foreach (string line in save.Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (line.StartsWith('*'))
            {
                table = $"legacy table {line[1..]}";
            }
            else if (line.StartsWith(':'))
            {
                // Built-in chains have a policy and their hook's name; others have "-".
                string name = words[0][1..];
                chains[(table, name)] = new FilterChain(table, name) { Hook = words[1] == "-" ? null : name };
            }
            else if (words is ["-A", var chain, ..])
            {
                chains[(table, chain)].Rules.Add(
                    [.. words.Zip(words.Skip(1)).Where(pair => pair.First is "-j" or "-g").Select(pair => pair.Second)
                        .Where(target => chains.ContainsKey((table, target)))]);
            }
        }

        return chains.Values;
    }
}
