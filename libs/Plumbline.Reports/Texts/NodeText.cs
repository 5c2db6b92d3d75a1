using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>
/// On which node of the cluster figures were measured and under whose kube-proxy, and what a baseline and a programming time are
/// there, in the words of the terminal and of the reports.
/// </summary>
public static class NodeText
{
    /// <summary>As <c>Node worker-1: iptables-nft, kube-proxy v1.36.1 in mode iptables, probed from 10.244.1.192/26</c>. Null for a lab.</summary>
    public static string? Heading(ExperimentResults results)
    {
        if (results.Node is null)
        {
            return null;
        }

        string[] planes = [.. results.Attempts.Select(attempt => attempt.Trial.Cell.DataPlane).Where(each => each != DataPlane.NoRules).Distinct().Order().Select(each => each.WireName())];
        string[] prefixes = Prefixes(results);
        return $"Node {results.Node}: {string.Join(", ", (string[])
        [
            .. planes, KubeProxy(results), .. prefixes.Length == 0 ? Array.Empty<string>() : [$"probed from {string.Join(" and ", prefixes)}"],
        ])}";
    }

    /// <summary>What is to be known of the node beside its machine; nothing for a lab.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(ExperimentResults results)
    {
        if (results.Node is null)
        {
            return [];
        }

        ScaledNode[] nodes = Scaled(results);
        return
        [
            ("node", results.Node),
            ("source addresses", Listed(Prefixes(results))),
            ("kube-proxy's mode", Listed(nodes.Select(node => node.KubeProxy?.Mode))),
            ("kube-proxy's version", Listed(nodes.Select(node => node.KubeProxy?.Version))),
            ("Service rules of others on the node", Figures.Range(nodes.Select(node => (long)(node.AllRules - node.Rules)), Figures.Integer)),
        ];
    }

    /// <summary>What does not fit together, with the steps where it was so: to be said before any figure.</summary>
    public static IReadOnlyList<string> Remarks(ExperimentResults results) =>
    [
        .. from step in results.Steps
           from node in step.Nodes
           from remark in node.Remarks
           group step.Step by remark into steps
           let which = steps.Distinct().Order().ToArray()
           select $"On node {results.Node}: {steps.Key} ({(which.Length == 1 ? "step" : "steps")} {string.Join(", ", which)}).",
    ];

    /// <summary>What a time to program the rules is, from where to where.</summary>
    public static string Programming(ExperimentResults results) => results.Node is null
        ? "From handing the rules to the tool to their being in the kernel."
        : "From the first change at the API server to the moment when all rules were in the node's kernel and a packet to the newest Service was translated, to within the time between two looks. So the API server's work, kube-proxy's wait before a sync and its syncs are in it.";

    /// <summary>What the baseline's packets meet.</summary>
    public static string Baseline(ExperimentResults results) => results.Node is null
        ? "The same packets on a node without any rule, before and after everything else; the difference is the machine's drift."
        : $"The same packets on the node while it has none of the experiment's Services, straight to an endpoint, before and after {(results.Summary.Spec.ProxyModes.Count > 1 ? "the steps of each mode of kube-proxy" : "everything else")}; the cluster's own Services have their rules then. The difference is the machine's drift.";

    /// <summary>To follow <c>it was so much</c>: without what.</summary>
    public static string WithoutAny(ExperimentResults results) => results.Node is null ? "without any rule" : "without any of the experiment's Services";

    /// <summary>The baseline in two words.</summary>
    public static string Without(ExperimentResults results) => results.Node is null ? "without rules" : "without its Services";

    private static string KubeProxy(ExperimentResults results)
    {
        KubeProxyReading[] readings = [.. Scaled(results).Select(node => node.KubeProxy).OfType<KubeProxyReading>()];
        return readings.Length == 0
            ? "kube-proxy tells nothing of itself"
            : $"kube-proxy {Listed(readings.Select(each => each.Version))} in mode {Listed(readings.Select(each => each.Mode))}";
    }

    private static ScaledNode[] Scaled(ExperimentResults results) => [.. results.Steps.SelectMany(step => step.Nodes)];

    private static string[] Prefixes(ExperimentResults results) =>
    [
        .. Scaled(results).Select(node => node.Node)
            .Concat(results.Attempts.Select(attempt => attempt.Trial.Node).OfType<MeasuredNode>())
            .Select(place => place.SourcePrefix)
            .Distinct(),
    ];

    private static string Listed(IEnumerable<string?> words) =>
        string.Join(" and ", words.OfType<string>().Distinct()) is { Length: > 0 } all ? all : Figures.Unknown;
}
