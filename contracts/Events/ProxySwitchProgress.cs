namespace Plumbline.Contracts;

/// <summary>How far kube-proxy's switch to another mode is.</summary>
public sealed record ProxySwitchProgress
{
    public required ProxyMode Mode { get; init; }

    /// <summary>Pods of kube-proxy, one on each node. 0 while unknown.</summary>
    public int Pods { get; init; }

    /// <summary>Pods that have restarted for the switch.</summary>
    public int PodsRestarted { get; init; }

    /// <summary>Measured nodes that have the mode's rules and no others. Null while pods restart.</summary>
    public int? NodesInMode { get; init; }
}
