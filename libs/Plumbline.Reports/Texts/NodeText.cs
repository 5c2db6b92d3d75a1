namespace Plumbline.Reports.Texts;

/// <summary>
/// On which node of the cluster figures were measured and with which kube-proxy, and what a baseline and a programming
/// time mean there, on the terminal and in reports.
/// </summary>
public static class NodeText
{
    /// <summary>
    /// As <c>Node worker-1: iptables-nft, kube-proxy v1.36.1 in mode iptables, measured from 10.244.1.192/26</c>. Null
    /// for a lab.
    /// </summary>
    public static string? Heading(ExperimentResults results)
    {
        if (results.Node is null)
        {
            return null;
        }

        IEnumerable<string> planes = results.Attempts.Select(attempt => attempt.Trial.Cell.DataPlane)
            .Where(plane => plane != DataPlane.NoRules).Distinct().Order().Select(plane => plane.Name);
        string[] prefixes = Prefixes(results);
        string[] sources = prefixes.Length == 0 ? [] : [$"measured from {string.Join(" and ", prefixes)}"];
        return $"Node {results.Node}: {string.Join(", ", [.. planes, KubeProxy(results), .. sources])}";
    }

    /// <summary>What is known of the node beside its machine; empty for a lab.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(ExperimentResults results)
    {
        if (results.Node is null)
        {
            return [];
        }

        ScaledNode[] nodes = Scaled(results);
        IEnumerable<long> others = nodes.Select(node => (long)(node.AllRules - node.Rules));
        return
        [
            ("node", results.Node),
            ("source addresses", Listed(Prefixes(results))),
            ("kube-proxy's mode", Listed(nodes.Select(node => node.KubeProxy?.Mode))),
            ("kube-proxy's version", Listed(nodes.Select(node => node.KubeProxy?.Version))),
            ("other Service rules on the node", Figures.Range(others, Figures.Integer)),
            ("rules of others than kube-proxy on the packets' way", ForeignRules(results)),
        ];
    }

    /// <summary>Contradictions, with the steps where they occurred. Reports show them before any figure.</summary>
    public static IReadOnlyList<string> Remarks(ExperimentResults results) =>
    [
        .. from step in results.Steps
           from node in step.Nodes
           from remark in node.Remarks
           group step.Step by remark into steps
           let which = steps.Distinct().Order().ToArray()
           let place = $"{(which.Length == 1 ? "step" : "steps")} {string.Join(", ", which)}"
           select $"On node {results.Node}: {steps.Key} ({place}).",
    ];

    /// <summary>Where the time to program the rules begins and ends.</summary>
    public static string Programming(ExperimentResults results) => results.Node is null
        ? "From handing the rules to the tool to their being in the kernel."
        : "From the first change at the API server until all rules are in the node's kernel and a packet to the newest "
            + "Service is translated, to within the time between two looks. This includes the API server's work, "
            + "kube-proxy's wait before a sync, and its syncs.";

    /// <summary>What the baseline's packets meet.</summary>
    public static string Baseline(ExperimentResults results) => results.Node is null
        ? "The same packets on a node without any rule, before and after everything else. "
            + "The difference is the machine's drift."
        : "The same packets on the node while it has none of the experiment's Services, straight to an endpoint, "
            + $"before and after {Surrounded(results)}. The cluster's own Services keep their rules. "
            + "The difference is the machine's drift.";

    /// <summary>Names the baseline, to follow <c>it was so much</c>.</summary>
    public static string WithoutAny(ExperimentResults results) =>
        results.Node is null ? "without any rule" : "without any of the experiment's Services";

    /// <summary>Names the baseline in two words.</summary>
    public static string Without(ExperimentResults results) =>
        results.Node is null ? "without rules" : "without its Services";

    private static string Surrounded(ExperimentResults results) => results.Summary.Spec.ProxyModes.Count > 1
        ? "the steps of each mode of kube-proxy"
        : "everything else";

    private static string ForeignRules(ExperimentResults results) =>
        Listed(results.Attempts.Select(attempt => attempt.Conditions.ForeignRulesWords));

    private static string KubeProxy(ExperimentResults results)
    {
        KubeProxyReading[] readings = [.. Scaled(results).Select(node => node.KubeProxy).OfType<KubeProxyReading>()];
        return readings.Length == 0
            ? "kube-proxy reports nothing"
            : $"kube-proxy {Listed(readings.Select(each => each.Version))} in mode "
                + Listed(readings.Select(each => each.Mode));
    }

    private static ScaledNode[] Scaled(ExperimentResults results) => [.. results.Steps.SelectMany(step => step.Nodes)];

    private static string[] Prefixes(ExperimentResults results) =>
    [
        .. Scaled(results).Select(node => node.Node)
            .Concat(results.Attempts.Select(attempt => attempt.Trial.Node).OfType<MeasuredNode>())
            .Select(node => node.SourcePrefix)
            .Distinct(),
    ];

    private static string Listed(IEnumerable<string?> words) =>
        string.Join(" and ", words.OfType<string>().Distinct()) is { Length: > 0 } all ? all : Figures.Unknown;
}
