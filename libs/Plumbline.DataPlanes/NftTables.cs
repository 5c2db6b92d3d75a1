using Plumbline.Linux;

namespace Plumbline.DataPlanes;

internal static class NftTables
{
    /// <summary>As <c>table ip nat</c>.</summary>
    public static async Task<string[]> ListAsync(NetworkNamespace node, CancellationToken token) =>
        (await Tool.RunAsync(node, "nft", ["list", "tables"], token: token)).Split('\n');
}
