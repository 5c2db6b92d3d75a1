namespace Plumbline.Cluster;

/// <summary>How far a restart of kube-proxy's pods is.</summary>
/// <param name="Pods">One a node.</param>
/// <param name="PodsRestarted">New ones.</param>
/// <param name="IsSeen">Whether the cluster has begun with it.</param>
public sealed record ProxyRestart(int Pods, int PodsRestarted, int PodsAvailable, bool IsSeen)
{
    /// <summary>Whether no pod of before is left.</summary>
    public bool AreAllNew => IsSeen && PodsRestarted >= Pods;

    public bool IsDone => AreAllNew && PodsAvailable >= Pods;
}
