namespace Plumbline.DataPlanes;

/// <summary>A chain of packet-filter rules, whatever tool wrote it.</summary>
/// <param name="Table">In words, as <c>table ip filter</c>.</param>
/// <param name="Name">The chain's name, which is unique in its table.</param>
internal sealed record FilterChain(string Table, string Name)
{
    /// <summary>Begins the names of the chains of kube-proxy and the kubelet.</summary>
    private const string KubernetesPrefix = "KUBE-";

    private static readonly string[] s_hooksOnWay = ["ingress", "prerouting", "forward", "postrouting"];

    /// <summary>The hook that calls it, as <c>prerouting</c>; null when only rules do.</summary>
    public string? Hook { get; init; }

    /// <summary>For each rule, the chains that it leads to.</summary>
    public List<string[]> Rules { get; } = [];

    private bool IsOnWay => Hook is { } hook && s_hooksOnWay.Contains(hook, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Counts, for each table, the rules that a forwarded packet can meet in chains of others than kube-proxy. Rules
    /// that only lead to kube-proxy's chains do not count. Pure.
    /// </summary>
    public static IReadOnlyList<(string Table, int Rules)> CountForeign(IEnumerable<FilterChain> chains) =>
    [
        .. from chain in chains
           group chain by chain.Table into table
           let rules = CountInTable(table.ToDictionary(each => each.Name))
           where rules > 0
           orderby rules descending, table.Key
           select (table.Key, rules),
    ];

    private static int CountInTable(Dictionary<string, FilterChain> chains)
    {
        Queue<FilterChain> next = new(chains.Values.Where(chain => chain.IsOnWay));
        HashSet<string> seen = [.. next.Select(chain => chain.Name)];
        int count = 0;
        while (next.TryDequeue(out FilterChain? chain))
        {
            foreach (string[] targets in chain.Rules)
            {
                count += targets.Length > 0 && targets.All(IsOfKubernetes) ? 0 : 1;
                foreach (string target in targets.Where(each => !IsOfKubernetes(each) && seen.Add(each)))
                {
                    if (chains.TryGetValue(target, out FilterChain? found))
                    {
                        next.Enqueue(found);
                    }
                }
            }
        }

        return count;
    }

    private static bool IsOfKubernetes(string chain) => chain.StartsWith(KubernetesPrefix, StringComparison.Ordinal);
}
