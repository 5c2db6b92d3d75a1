using System.Text.RegularExpressions;

namespace Plumbline.DataPlanes.Tests;

/// <summary>Rulesets saved from real kube-proxy for the objects in objects.yaml (tests/golden/kube-proxy/).</summary>
internal static partial class SavedRules
{
    public const string IptablesLegacy = "iptables-mode.kube-proxy-1.36.iptables-legacy-save.txt";
    public const string IptablesNft = "iptables-mode.kube-proxy-1.36.iptables-save.txt";
    public const string Nftables136 = "nftables-mode.kube-proxy-1.36.nft.txt";
    private const string Nfacct = "-m nfacct --nfacct-name  ct_state_invalid_dropped_pkts ";

    public const string Nftables130 = "nftables-mode.kube-proxy-1.30.nft.txt";

    public static string Read(string name) => File.ReadAllText(Repository.File($"tests/golden/kube-proxy/{name}"));

    /// <summary>The same without the nfacct match, which needs an object that kube-proxy made.</summary>
    public static string ReadLoadable(string name) => Read(name).Replace(Nfacct, "", StringComparison.Ordinal);

    /// <summary>
    /// An iptables-save as lines for each table, without dates, counters and the nfacct match, which this program omits
    /// on purpose. The tables' order does not matter.
    /// </summary>
    public static SortedDictionary<string, string> IptablesTables(string save)
    {
        SortedDictionary<string, string> tables = new(StringComparer.Ordinal);
        string table = "";
        foreach (string line in save.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            table = line[0] == '*' ? line : table;
            string normal = Counters().Replace(line, "[0:0]").Replace(Nfacct, "", StringComparison.Ordinal);
            tables[table] = tables.GetValueOrDefault(table, "") + normal + "\n";
        }

        return tables;
    }

    /// <summary>The chains of an nft listing: bodies by name.</summary>
    public static Dictionary<string, string> NftablesChains(string listing) =>
        Chain().Matches(listing).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["body"].Value);

    [GeneratedRegex(@"\[\d+:\d+\]")]
    private static partial Regex Counters();

    [GeneratedRegex(
        @"^\tchain (?<name>\S+) \{\n(?<body>.*?)^\t\}",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Chain();
}
