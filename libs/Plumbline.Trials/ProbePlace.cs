using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.Trials;

/// <summary>Where a probe measures, and so which trials are its.</summary>
/// <param name="Node">Name of the cluster's node that it runs on; null in the lab.</param>
public sealed record ProbePlace(string? Node)
{
    /// <summary>The node's network namespace: the process's own, on a node.</summary>
    public NetworkNamespace Namespace { get; init; } = NetworkNamespace.Own;

    public static readonly ProbePlace Lab = new((string?)null);

    public bool Has(MeasureTrial trial) => trial.Place?.Node == Node;

    /// <summary>Each node has a queue of its own: its trials are for no other.</summary>
    public string QueueOf(string probe) => Node is null ? probe : $"{probe}-{Node}";
}
