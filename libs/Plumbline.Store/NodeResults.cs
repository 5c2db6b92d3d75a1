using System.Runtime.CompilerServices;
using Plumbline.Contracts;

namespace Plumbline.Store;

/// <summary>An experiment's results on one node of a cluster: only that node's attempts, steps and machine.</summary>
internal static class NodeResults
{
    /// <summary>The same results give the same parts, so that a node is analysed once.</summary>
    private static readonly ConditionalWeakTable<ExperimentResults, IReadOnlyList<ExperimentResults>> s_known = [];

    /// <summary>One for each node; the results themselves where they come from one machine.</summary>
    public static IReadOnlyList<ExperimentResults> All(ExperimentResults results) =>
        results.Node is not null || results.Nodes.Count == 0
            ? [results]
            : s_known.GetValue(results, of => [.. of.Nodes.Select(node => On(of, node))]);

    private static ExperimentResults On(ExperimentResults results, string node) => results with
    {
        Node = node,
        // Every node has the same number of trials.
        Summary = results.Summary with
        {
            TrialCount = results.Summary.TrialCount / Math.Max(1, results.Summary.Spec.Nodes.Count),
        },
        Machine = results.NodeMachines.GetValueOrDefault(node),
        Steps =
        [
            .. results.Steps.SelectMany(step =>
                step.Nodes.Where(each => each.Node.Name == node).Select(each => StepOn(step, each))),
        ],
        Attempts = [.. results.Attempts.Where(attempt => attempt.Trial.Node?.Name == node)],
    };

    private static ServicesScaled StepOn(ServicesScaled step, ScaledNode node)
    {
        Cell cell = step.DataPlanes[0].Cell;
        return step with
        {
            DataPlanes =
            [
                new ProgrammedDataPlane
                {
                    // In a baseline too a node has rules of a data plane: those of the cluster's own Services.
                    Cell = cell.With(Axes.Node, node.Node.Name)
                        .With(cell.IsBaseline ? DataPlane.NoRules : node.DataPlane),
                    Rules = node.Rules,
                    ProgrammingNs = node.ProgrammingNs,
                    Tool = node.KubeProxy?.Version is { } version ? $"kube-proxy {version}" : "kube-proxy",
                },
            ],
            Nodes = [node],
        };
    }
}
