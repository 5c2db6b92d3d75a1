using Plumbline.Contracts;
using Plumbline.Rules;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>What kube-proxy has made of the Services in the kernels of the nodes that are measured.</summary>
public interface INodeRules
{
    /// <summary>The data plane of each node.</summary>
    Task<IReadOnlyList<NodeReading>> ReadAsync(CancellationToken token);

    /// <summary>Service rules of that namespace's Services on the node that has the fewest of them, or too many: the one that is furthest behind.</summary>
    /// <param name="wanted">So many are waited for.</param>
    Task<int> CountAsync(DataPlane dataPlane, string serviceNamespace, int wanted, CancellationToken token);
}

/// <summary>One node's data plane.</summary>
public sealed record NodeReading(string Node, NodeDataPlane DataPlane);
