namespace Plumbline.Contracts;

/// <summary>
/// Asks the node's probe how many rules of the experiment's Services its kernel holds, and whether the newest of them is translated.
/// Answered by <see cref="NodeRulesCounted"/>; the probes of other nodes are silent.
/// </summary>
public sealed record CountNodeRules
{
    public required Guid ExperimentId { get; init; }

    public required MeasuredNode Node { get; init; }

    public required DataPlane DataPlane { get; init; }

    /// <summary>Rules that there are to be; only then is <see cref="Newest"/> tried.</summary>
    public required int Wanted { get; init; }

    /// <summary>The Service that was made last; null where there is none.</summary>
    public ServiceAddress? Newest { get; init; }
}

/// <summary>Where a Service is reached.</summary>
public sealed record ServiceAddress(string Ip, int Port, ServiceProtocol Protocol);

/// <summary>The rules of a node's kernel at one moment.</summary>
public sealed record NodeRulesCounted
{
    public required string Node { get; init; }

    /// <summary>Of the experiment's Services; null while they cannot be read, as when kube-proxy is just writing its tables anew, or while packets to some of them are refused.</summary>
    public int? Rules { get; init; }

    /// <summary>Service rules in all.</summary>
    public int AllRules { get; init; }

    /// <summary>Whether an endpoint answered through the newest Service; null where that was not tried.</summary>
    public bool? IsNewestAnswered { get; init; }

    /// <summary>Null where its metrics port does not answer, or rules are still missing.</summary>
    public KubeProxyReading? KubeProxy { get; init; }
}
