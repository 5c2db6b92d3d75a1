namespace Plumbline.Contracts;

/// <summary>One node of a cluster when a step is ready to be measured there.</summary>
public sealed record ScaledNode
{
    public required MeasuredNode Node { get; init; }

    public required DataPlane DataPlane { get; init; }

    /// <summary>Rules of the experiment's Services in the node's kernel.</summary>
    public required int Rules { get; init; }

    /// <summary>Service rules in all, those of others among them.</summary>
    public required int AllRules { get; init; }

    /// <summary>
    /// From the first change at the API server to the moment when all rules were there and a packet to the newest Service was
    /// translated, to within the time between two looks.
    /// </summary>
    public required long ProgrammingNs { get; init; }

    /// <summary>Null where kube-proxy's metrics port does not answer.</summary>
    public KubeProxyReading? KubeProxy { get; init; }

    /// <summary>What does not fit together, as a mode that kube-proxy tells and its kernel has not.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }
}

/// <summary>What kube-proxy tells of itself on its metrics port; null for what it does not tell.</summary>
public sealed record KubeProxyReading
{
    /// <summary>As <c>/proxyMode</c> has it.</summary>
    public string? Mode { get; init; }

    public string? Version { get; init; }

    /// <summary>Syncs of the rules until now (<c>kubeproxy_sync_proxy_rules_duration_seconds_count</c>).</summary>
    public long? Syncs { get; init; }

    /// <summary>Time that they took together.</summary>
    public double? SyncSeconds { get; init; }

    /// <summary>When the last one ended, in seconds since 1970.</summary>
    public double? LastSyncUnixSeconds { get; init; }
}
