namespace Plumbline.Cluster;

/// <summary>What was done to have kube-proxy as it was before an experiment.</summary>
public sealed record KubeProxyRestoration(Guid ExperimentId)
{
    /// <summary>Whether the configuration is, to the byte, what it was; false where somebody else has changed it meanwhile, and that was kept.</summary>
    public bool IsExact { get; init; } = true;

    /// <summary>In words.</summary>
    public override string ToString() =>
        $"kube-proxy is configured as it was before experiment {ExperimentId:N}"
        + (IsExact ? "" : ", but for what somebody else has changed meanwhile, which was kept")
        + $" (ConfigMap {KubeProxyInstallation.Namespace}/{KubeProxyInstallation.Name})";
}
