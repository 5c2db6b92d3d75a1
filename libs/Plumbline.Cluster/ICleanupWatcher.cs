namespace Plumbline.Cluster;

/// <summary>Learns what a <see cref="ClusterCleanup"/> does.</summary>
public interface ICleanupWatcher
{
    /// <summary>Called before the cleanup watches whether the Lease's holder is alive.</summary>
    void OnWait(LeaseReading held);

    /// <summary>Called when a namespace is gone.</summary>
    void OnRemoved(string namespaceName);

    /// <summary>Called when kube-proxy is restored.</summary>
    void OnRestored(KubeProxyRestoration restoration);
}
