using System.Text.RegularExpressions;
using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.Rules;

/// <summary>
/// Sees what a node's kernel has of kube-proxy. Changes nothing: to ask iptables-legacy for a table makes that table, whose hooks
/// packets then pass, so only tables that are there already are asked for.
/// </summary>
public static partial class NodeRulesReader
{
    private const string NftablesTable = "table ip kube-proxy";
    private const string IptablesNftTable = "table ip nat";

    /// <exception cref="ToolException">A tool is missing or failed.</exception>
    /// <exception cref="FormatException">A tool printed a Service rule that cannot be read.</exception>
    public static async Task<NodeRules> ReadAsync(NetworkNamespace node, CancellationToken token)
    {
        string[] legacyTables = await ReadProcAsync(node, "ip_tables_names");
        string[] nftTables = (await Tool.RunAsync(node, "nft", ["list", "tables"], token: token)).Split('\n');
        int? nftables = nftTables.Contains(NftablesTable) ? await CountAsync(node, DataPlane.Nftables, token) : null;
        return new NodeRules
        {
            IptablesLegacy = legacyTables.Contains("nat") ? await CountAsync(node, DataPlane.IptablesLegacy, token) : null,
            IptablesNft = nftTables.Contains(IptablesNftTable) ? await CountAsync(node, DataPlane.IptablesNft, token) : null,
            Nftables = nftables,
            Dialect = nftables > 0 ? DialectOf(await Tool.RunAsync(node, "nft", ["list", "table", "ip", "kube-proxy"], token: token)) : null,
            Ipvs = (await ReadProcAsync(node, "ip_vs")).Count(line => VirtualService().IsMatch(line)),
        };
    }

    /// <summary>
    /// Told by what a Service's chain does with a packet: <c>dnat … numgen … map</c> itself, or <c>numgen … vmap</c> to a chain
    /// of each endpoint.
    /// </summary>
    /// <param name="table">As nft prints the table kube-proxy.</param>
    public static NftablesDialect? DialectOf(string table) =>
        TranslatesItself().IsMatch(table) ? NftablesDialect.V136
        : LeadsToEndpoint().IsMatch(table) ? NftablesDialect.V135
        : null;

    /// <summary>Null where the table is not kube-proxy's.</summary>
    private static async Task<int?> CountAsync(NetworkNamespace node, DataPlane dataPlane, CancellationToken token)
    {
        try
        {
            return (await KernelServiceRules.ReadAsync(node, dataPlane, token)).Count;
        }
        catch (ToolException exception) when (exception.ExitCode == KernelServiceRules.NotThere)
        {
            return null;
        }
    }

    /// <summary>Lines of a file in the namespace's /proc/net; none where the kernel has not got it.</summary>
    private static Task<string[]> ReadProcAsync(NetworkNamespace node, string name) => node.RunAsync<string[]>(() =>
    {
        string path = $"/proc/thread-self/net/{name}";
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    });

    [GeneratedRegex(@"^\t\t(meta l4proto \S+ )?dnat ip to numgen random mod \d+ map", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex TranslatesItself();

    [GeneratedRegex(@"^\t\tnumgen random mod \d+ vmap", RegexOptions.Multiline)]
    private static partial Regex LeadsToEndpoint();

    /// <summary>A line such as <c>TCP  0A600001:01BB rr</c>.</summary>
    [GeneratedRegex("^(TCP|UDP|SCTP|FWM) ", RegexOptions.ExplicitCapture)]
    private static partial Regex VirtualService();
}
