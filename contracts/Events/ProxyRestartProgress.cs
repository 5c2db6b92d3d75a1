namespace Plumbline.Contracts;

/// <summary>How far a restart of kube-proxy's pods is.</summary>
public sealed record ProxyRestartProgress
{
    /// <summary>One on each node.</summary>
    public required int Pods { get; init; }

    /// <summary>New pods.</summary>
    public required int PodsRestarted { get; init; }

    /// <summary>Available pods, new and old.</summary>
    public required int PodsAvailable { get; init; }
}
