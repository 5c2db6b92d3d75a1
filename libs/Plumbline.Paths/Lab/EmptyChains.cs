using Plumbline.Linux;

namespace Plumbline.Paths.Lab;

/// <summary>
/// Chains that call each rule function for every packet and have no rule to evaluate. What the function probe reads
/// there is what it adds to each of its readings, and the little time that an empty chain takes.
/// </summary>
internal static class EmptyChains
{
    private const string NftRules = """
        add table ip empty
        add chain ip empty prerouting { type filter hook prerouting priority raw; policy accept; }

        """;

    /// <summary>Adds those for which the machine has tools and kernel.</summary>
    public static async Task AddAsync(NetworkNamespace node, CancellationToken token)
    {
        await TryAsync(node, "nft", ["-f", "-"], writer => writer.Write(NftRules), token);

        // Listing a table creates it, with chains that have no rule and accept.
        await TryAsync(node, "iptables-legacy", ["-w", "30", "-t", "raw", "-S"], null, token);
    }

    private static async Task TryAsync(
        NetworkNamespace node, string tool, string[] arguments, Action<TextWriter>? write, CancellationToken token)
    {
        try
        {
            await Tool.RunAsync(node, tool, arguments, write, token);
        }
        catch (ToolException) when (!token.IsCancellationRequested)
        {
            // Then the function is not calibrated. Its data plane cannot be measured here either.
        }
    }
}
