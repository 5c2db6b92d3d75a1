using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>The tables of nf_tables, where nftables and iptables-nft keep their rules.</summary>
public static class NftTables
{
    /// <param name="table">With its family, as <c>ip nat</c>.</param>
    /// <exception cref="ToolException">nft is missing or failed.</exception>
    public static async Task<bool> HasAsync(NetworkNamespace node, string table, CancellationToken token) =>
        (await Tool.RunAsync(node, "nft", ["list", "tables"], token: token)).Split('\n').Contains($"table {table}");
}
