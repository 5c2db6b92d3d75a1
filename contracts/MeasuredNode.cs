namespace Plumbline.Contracts;

/// <summary>A cluster's node to measure on, with what a worker there cannot read from the node's kernel.</summary>
public sealed record MeasuredNode
{
    /// <summary>Name of the Node object.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Source addresses, as <c>10.244.1.192/26</c>. kube-proxy takes them for pods of this node, and no pod uses them.
    /// </summary>
    public required string SourcePrefix { get; init; }

    /// <summary>Address of an echo worker's pod, where the baseline's packets go.</summary>
    public required string EndpointIp { get; init; }

    public required int EndpointPort { get; init; }

    /// <summary>Namespace of the Services to measure. The node has rules of other Services too.</summary>
    public required string ServiceNamespace { get; init; }
}
