namespace Plumbline.Contracts;

/// <summary>How far kube-proxy's switch to another mode is.</summary>
public sealed record ProxySwitchProgress
{
    public required ProxyMode Mode { get; init; }

    /// <summary>Pods of kube-proxy, one a node; 0 while that is not known.</summary>
    public int Pods { get; init; }

    /// <summary>Pods that were restarted for it.</summary>
    public int PodsRestarted { get; init; }

    /// <summary>Nodes that are measured and have the mode's rules and no other's; null while pods are restarted.</summary>
    public int? NodesInMode { get; init; }
}
