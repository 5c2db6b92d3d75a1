using System.Runtime.CompilerServices;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>An experiment as it was on one node of the cluster: the same experiment with that node's attempts, steps and machine alone.</summary>
internal static class NodeView
{
    /// <summary>Made once for the same results, so that an analysis of a node is made once too.</summary>
    private static readonly ConditionalWeakTable<ExperimentResults, IReadOnlyList<ExperimentResults>> s_known = [];

    /// <summary>One for each node; the results themselves where they are of one machine already.</summary>
    public static IReadOnlyList<ExperimentResults> All(ExperimentResults results) => results.Node is not null || results.Nodes.Count == 0
        ? [results]
        : s_known.GetValue(results, of => [.. of.Nodes.Select(node => View(of, node))]);

    private static ExperimentResults View(ExperimentResults results, string node) => results with
    {
        Node = node,
        // Every node has as many trials as any other.
        Summary = results.Summary with { TrialCount = results.Summary.TrialCount / Math.Max(1, results.Summary.Spec.Nodes.Count) },
        Machine = results.NodeMachines.GetValueOrDefault(node),
        Steps = [.. results.Steps.SelectMany(step => step.Nodes.Where(each => each.Node.Name == node).Select(each => StepOn(step, each)))],
        Attempts = [.. results.Attempts.Where(attempt => attempt.Trial.Node?.Name == node)],
    };

    private static ServicesScaled StepOn(ServicesScaled step, ScaledNode node) => step with
    {
        DataPlanes =
        [
            new ProgrammedDataPlane
            {
                // In a baseline the node has rules of a data plane too, of the cluster's own Services.
                DataPlane = step.DataPlanes.All(each => each.DataPlane == DataPlane.NoRules) ? DataPlane.NoRules : node.DataPlane,
                Services = step.DataPlanes.Max(each => each.Services),
                Rules = node.Rules,
                ProgrammingNs = node.ProgrammingNs,
                Tool = node.KubeProxy?.Version is { } version ? $"kube-proxy {version}" : "kube-proxy",
            },
        ],
        Nodes = [node],
    };
}
