namespace Plumbline.Contracts;

/// <summary>Asks the node's probe what its kernel has of kube-proxy. Answered by <see cref="NodeDataPlaneRead"/>; the probes of other nodes are silent.</summary>
public sealed record ReadNodeDataPlane
{
    public required string Node { get; init; }
}

/// <summary>What a node's kernel has of kube-proxy, and what kube-proxy tells of itself.</summary>
public sealed record NodeDataPlaneRead
{
    public required string Node { get; init; }

    /// <summary>Null where nothing can be measured: <see cref="Refusal"/> says why.</summary>
    public DataPlane? DataPlane { get; init; }

    /// <summary>Of nftables, where its shape is known.</summary>
    public NftablesDialect? Dialect { get; init; }

    /// <summary>Service rules of <see cref="DataPlane"/>.</summary>
    public int Rules { get; init; }

    public string? Refusal { get; init; }

    /// <summary>Data planes whose chains are there without a Service's rule.</summary>
    public required IReadOnlyList<DataPlane> Leftovers { get; init; }

    /// <summary>Null where its metrics port does not answer.</summary>
    public KubeProxyReading? KubeProxy { get; init; }
}
