namespace Plumbline.Cluster;

/// <summary>kube-proxy's restoration to its state before an experiment.</summary>
public sealed record KubeProxyRestoration(Guid ExperimentId)
{
    /// <summary>
    /// Whether the configuration equals the original to the byte. False when others have changed it meanwhile; their
    /// changes stay.
    /// </summary>
    public bool IsExact { get; init; } = true;

    /// <summary>A sentence for people.</summary>
    public override string ToString() =>
        $"kube-proxy is configured as it was before experiment {ExperimentId:N}"
        + (IsExact ? "" : ", except for changes that others have made meanwhile")
        + $" (ConfigMap {KubeProxyInstallation.Namespace}/{KubeProxyInstallation.Name})";
}
