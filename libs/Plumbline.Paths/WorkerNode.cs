using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.Paths;

/// <summary>Where a probe measures, and so which trials are its.</summary>
/// <param name="Node">Name of the cluster's node that it runs on; null in the lab.</param>
public sealed record WorkerNode(string? Node)
{
    /// <summary>The node's network namespace: the process's own, on a node.</summary>
    public NetworkNamespace Namespace { get; init; } = NetworkNamespace.Own;

    public static readonly WorkerNode Lab = new((string?)null);

    public bool Has(MeasureTrial trial) => trial.Node?.Name == Node;

    /// <summary>Each node has a queue of its own: its trials are for no other.</summary>
    public string QueueOf(string probe) => Node is null ? probe : $"{probe}-{Node}";
}
