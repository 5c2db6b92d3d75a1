namespace Plumbline.Contracts;

/// <summary>One node of a cluster, ready for the step's trials.</summary>
public sealed record ScaledNode
{
    public required MeasuredNode Node { get; init; }

    public required DataPlane DataPlane { get; init; }

    /// <summary>Rules of the experiment's Services in the node's kernel.</summary>
    public required int Rules { get; init; }

    /// <summary>Rules of all Services in the node's kernel.</summary>
    public required int AllRules { get; init; }

    /// <summary>
    /// Nanoseconds from the first change at the API server until the node had all rules and translated a packet to the
    /// newest Service. As exact as the time between two looks.
    /// </summary>
    public required long ProgrammingNs { get; init; }

    /// <summary>Null when kube-proxy's metrics port does not answer.</summary>
    public KubeProxyReading? KubeProxy { get; init; }

    /// <summary>Contradictions, as between the mode that kube-proxy reports and the rules in the kernel.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }
}

/// <summary>What kube-proxy reports on its metrics port. Null where it reports nothing.</summary>
public sealed record KubeProxyReading
{
    /// <summary>The answer of <c>/proxyMode</c>.</summary>
    public string? Mode { get; init; }

    public string? Version { get; init; }

    /// <summary>Syncs of the rules so far (<c>kubeproxy_sync_proxy_rules_duration_seconds_count</c>).</summary>
    public long? Syncs { get; init; }

    /// <summary>Duration of all these syncs together.</summary>
    public double? SyncSeconds { get; init; }

    /// <summary>End of the last sync, in seconds since 1970.</summary>
    public double? LastSyncUnixSeconds { get; init; }
}
