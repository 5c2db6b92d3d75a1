using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>What kube-proxy has made of the Services in the kernels of the nodes that are measured.</summary>
public interface INodeRules
{
    /// <summary>The data plane of each node.</summary>
    /// <exception cref="ClusterRefusedException">Nobody on a node can tell.</exception>
    Task<IReadOnlyList<NodeDataPlaneRead>> ReadAsync(IReadOnlyList<string> nodes, CancellationToken token);

    /// <summary>The rules of one node.</summary>
    /// <exception cref="InvalidOperationException">Nobody on the node can tell.</exception>
    Task<NodeRulesCounted> CountAsync(CountNodeRules question, CancellationToken token);
}
