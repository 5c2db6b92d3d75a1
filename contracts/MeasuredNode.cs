namespace Plumbline.Contracts;

/// <summary>A node of a cluster to measure on, and what a probe there needs to know that the node's kernel does not tell.</summary>
public sealed record MeasuredNode
{
    /// <summary>Name of the Node object.</summary>
    public required string Name { get; init; }

    /// <summary>Source addresses, as <c>10.244.1.192/26</c>: kube-proxy takes them for pods' of this node, and no pod has one of them.</summary>
    public required string SourcePrefix { get; init; }

    /// <summary>Address of an echo worker's pod: where the baseline's packets go.</summary>
    public required string EndpointIp { get; init; }

    /// <summary>Port on which it answers.</summary>
    public required int EndpointPort { get; init; }

    /// <summary>Namespace of the Services that may be measured; the node has rules of others too.</summary>
    public required string ServiceNamespace { get; init; }
}
