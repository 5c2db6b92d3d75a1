using Plumbline.Linux;

namespace Plumbline.Paths.Lab;

/// <summary>
/// A call of each rule function that evaluates no rule, for every packet: what the function probe reads there is what it adds to
/// each of its readings, and the little that an empty chain takes.
/// </summary>
internal static class EmptyChains
{
    private const string NftRules = """
        add table ip empty
        add chain ip empty prerouting { type filter hook prerouting priority raw; policy accept; }

        """;

    /// <summary>Adds those for which there are tools and kernel.</summary>
    public static async Task AddAsync(NetworkNamespace node, CancellationToken token)
    {
        await TryAsync(node, "nft", ["-f", "-"], writer => writer.Write(NftRules), token);

        // Looking at a table makes it: it has no rule, and its chains accept.
        await TryAsync(node, "iptables-legacy", ["-w", "30", "-t", "raw", "-S"], null, token);
    }

    private static async Task TryAsync(NetworkNamespace node, string tool, string[] arguments, Action<TextWriter>? write, CancellationToken token)
    {
        try
        {
            await Tool.RunAsync(node, tool, arguments, write, token);
        }
        catch (ToolException) when (!token.IsCancellationRequested)
        {
            // The function is then not measured, as its data plane cannot be either.
        }
    }
}
