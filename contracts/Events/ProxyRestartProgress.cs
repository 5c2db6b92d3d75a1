namespace Plumbline.Contracts;

/// <summary>How far a restart of kube-proxy's pods is.</summary>
public sealed record ProxyRestartProgress
{
    /// <summary>One a node.</summary>
    public required int Pods { get; init; }

    /// <summary>Pods that are new.</summary>
    public required int PodsRestarted { get; init; }

    /// <summary>Pods that can be used, new and old.</summary>
    public required int PodsAvailable { get; init; }
}
