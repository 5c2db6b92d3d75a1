using System.CommandLine;
using Plumbline.Store;

namespace Plumbline.Cli;

/// <summary>Chooses one of a cluster's nodes.</summary>
internal static class NodeChoice
{
    public static Option<string?> Option(string description) => new("--node") { Description = description };

    /// <exception cref="UserException">The experiment was not measured on this node.</exception>
    public static ExperimentResults Of(ExperimentResults results, string node) => results.Nodes.Contains(node)
        ? results.OfNode(node)
        : throw new UserException(ExitCode.BadInput, results.Nodes.Count == 0
            ? "--node: the experiment was measured in a lab, which has no nodes"
            : $"--node: '{node}' was not measured; the experiment's nodes are {string.Join(", ", results.Nodes)}");

    /// <summary>The results of one machine: the named node, the only node, or the lab.</summary>
    /// <param name="node">Null when none is named.</param>
    /// <exception cref="UserException">The node was not measured, or none is named and there are several.</exception>
    public static ExperimentResults OneMachine(ExperimentResults results, string? node) =>
        results.ByNode() is [ExperimentResults only] && (node is null || only.Node is null)
        ? only
        : node is not null ? Of(results, node)
        : throw new UserException(
            ExitCode.BadInput,
            $"the experiment was measured on {results.Nodes.Count} nodes; choose one with --node: "
            + string.Join(", ", results.Nodes));
}
