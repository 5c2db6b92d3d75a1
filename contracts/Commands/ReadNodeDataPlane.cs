namespace Plumbline.Contracts;

/// <summary>
/// Asks the node's node-probe what kube-proxy has put into its kernel. <see cref="NodeDataPlaneRead"/> answers.
/// Workers on other nodes are silent.
/// </summary>
public sealed record ReadNodeDataPlane
{
    public required string Node { get; init; }
}

/// <summary>What kube-proxy has put into a node's kernel, and what kube-proxy reports.</summary>
public sealed record NodeDataPlaneRead
{
    public required string Node { get; init; }

    /// <summary>Null when nothing can be measured: <see cref="Refusal"/> gives the reason.</summary>
    public DataPlane? DataPlane { get; init; }

    /// <summary>Null unless the data plane is nftables and its rules have a known shape.</summary>
    public NftablesDialect? Dialect { get; init; }

    /// <summary>Service rules of <see cref="DataPlane"/>.</summary>
    public int Rules { get; init; }

    public string? Refusal { get; init; }

    /// <summary>Data planes whose chains exist without a Service's rule.</summary>
    public required IReadOnlyList<DataPlane> Leftovers { get; init; }

    /// <summary>Null when kube-proxy's metrics port does not answer.</summary>
    public KubeProxyReading? KubeProxy { get; init; }
}
