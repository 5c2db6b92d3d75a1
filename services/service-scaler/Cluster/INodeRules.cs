using Plumbline.Contracts;
using Plumbline.Rules;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>What kube-proxy has made of the Services in the kernels of the nodes that are measured.</summary>
public interface INodeRules
{
    /// <summary>The data plane of each node.</summary>
    Task<IReadOnlyList<NodeReading>> ReadAsync(CancellationToken token);

    /// <summary>
    /// Service rules of that namespace's Services, on the node whose number is furthest from the wanted one; null while they cannot be
    /// read, as when kube-proxy is just writing its tables anew, and while packets to some of them are refused, since kube-proxy has seen a
    /// Service without its endpoints.
    /// </summary>
    Task<int?> CountAsync(DataPlane dataPlane, string serviceNamespace, int wanted, CancellationToken token);
}

/// <summary>One node's data plane.</summary>
public sealed record NodeReading(string Node, NodeDataPlane DataPlane);
