using System.CommandLine;
using Plumbline.Store;

namespace Plumbline.Cli;

/// <summary>Which of a cluster's nodes is meant.</summary>
internal static class NodeChoice
{
    public static Option<string?> Option(string description) => new("--node") { Description = description };

    /// <exception cref="UserException">The experiment was not measured there.</exception>
    public static ExperimentResults Of(ExperimentResults results, string node) => results.Nodes.Contains(node)
        ? results.OfNode(node)
        : throw new UserException(ExitCode.BadInput, results.Nodes.Count == 0
            ? "--node: the experiment was measured in a lab, not on nodes of a cluster"
            : $"--node: the experiment was not measured on '{node}', but on {string.Join(", ", results.Nodes)}");

    /// <summary>What is one machine of the experiment: the node, the only node, or the lab.</summary>
    /// <param name="node">Null where none is named.</param>
    /// <exception cref="UserException">It was not measured there, or on several and none is named.</exception>
    public static ExperimentResults OneMachine(ExperimentResults results, string? node) => results.ByNode() is [ExperimentResults only] && (node is null || only.Node is null)
        ? only
        : node is not null ? Of(results, node)
        : throw new UserException(ExitCode.BadInput, $"the experiment was measured on {results.Nodes.Count} nodes, {string.Join(", ", results.Nodes)}: say with --node which");
}
