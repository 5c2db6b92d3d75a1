using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.Paths;

/// <summary>Which node this worker measures on, and so which trials are for it.</summary>
/// <param name="Node">Name of the cluster's node that the worker runs on; null in the lab.</param>
public sealed record WorkerNode(string? Node)
{
    /// <summary>The node's network namespace, which on a node is the process's own.</summary>
    public NetworkNamespace Namespace { get; init; } = NetworkNamespace.Own;

    public static readonly WorkerNode Lab = new((string?)null);

    public bool Has(MeasureTrial trial) => trial.Node?.Name == Node;

    /// <summary>Name of the worker's queue. Each node has its own, so that no other node takes its trials.</summary>
    public string QueueOf(string worker) => Node is null ? worker : $"{worker}-{Node}";
}
