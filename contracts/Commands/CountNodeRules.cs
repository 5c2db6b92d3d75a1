namespace Plumbline.Contracts;

/// <summary>
/// Asks the node's node-probe how many rules of the experiment's Services its kernel holds, and whether the newest
/// Service works. <see cref="NodeRulesCounted"/> answers. Workers on other nodes are silent.
/// </summary>
public sealed record CountNodeRules
{
    public required Guid ExperimentId { get; init; }

    public required MeasuredNode Node { get; init; }

    public required DataPlane DataPlane { get; init; }

    /// <summary>The number of rules to reach. The worker tries <see cref="Newest"/> only then.</summary>
    public required int Wanted { get; init; }

    /// <summary>The Service that was created last. Null when there is none.</summary>
    public ServiceAddress? Newest { get; init; }
}

/// <summary>Where clients reach a Service.</summary>
public sealed record ServiceAddress(string Ip, int Port, ServiceProtocol Protocol);

/// <summary>The rules in a node's kernel at one moment.</summary>
public sealed record NodeRulesCounted
{
    public required string Node { get; init; }

    /// <summary>
    /// Rules of the experiment's Services. Null while they cannot be read, as when kube-proxy rewrites its tables, and
    /// while the kernel refuses packets to some of them.
    /// </summary>
    public int? Rules { get; init; }

    /// <summary>Rules of all Services.</summary>
    public int AllRules { get; init; }

    /// <summary>Whether an endpoint answered through the newest Service. Null when the worker did not try.</summary>
    public bool? IsNewestAnswered { get; init; }

    /// <summary>Null when kube-proxy's metrics port does not answer, or rules are still missing.</summary>
    public KubeProxyReading? KubeProxy { get; init; }
}
