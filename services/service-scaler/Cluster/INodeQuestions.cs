using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Questions about the rules in the kernels of the measured nodes.</summary>
public interface INodeQuestions
{
    /// <summary>The data plane of each node.</summary>
    /// <exception cref="ClusterRefusedException">A node does not answer.</exception>
    Task<IReadOnlyList<NodeDataPlaneRead>> ReadAsync(IReadOnlyList<string> nodes, CancellationToken token);

    /// <summary>The rules on one node.</summary>
    /// <exception cref="InvalidOperationException">The node does not answer.</exception>
    Task<NodeRulesCounted> CountAsync(CountNodeRules question, CancellationToken token);
}
