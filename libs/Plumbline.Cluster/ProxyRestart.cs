namespace Plumbline.Cluster;

/// <summary>Progress of a restart of kube-proxy's pods.</summary>
/// <param name="Pods">One for each node.</param>
/// <param name="PodsRestarted">Pods of the new template.</param>
/// <param name="PodsAvailable">Pods that are available, old or new.</param>
/// <param name="IsSeen">Whether the cluster has started the restart.</param>
public sealed record ProxyRestart(int Pods, int PodsRestarted, int PodsAvailable, bool IsSeen)
{
    /// <summary>Whether every old pod is replaced.</summary>
    public bool AreAllNew => IsSeen && PodsRestarted >= Pods;

    public bool IsDone => AreAllNew && PodsAvailable >= Pods;
}
