namespace Plumbline.Contracts;

/// <summary>
/// How far the removal of what was created for an experiment is, for whoever watches; the scheduler takes it for a sign of life. Published by a
/// scaler that takes long, when something has changed.
/// </summary>
public sealed record RemovalProgress
{
    public required Guid ExperimentId { get; init; }

    /// <summary>0 for the experiment itself, then 1, 2 … for each rerun of a stage of it.</summary>
    public int Run { get; init; }

    /// <summary>Requests by which Services and their endpoints are still to be removed; 0 when they are gone.</summary>
    public int ChangesLeft { get; init; }

    /// <summary>Null unless kube-proxy is restarted to be as it was; the Services are gone before that.</summary>
    public ProxyRestartProgress? ProxyRestart { get; init; }
}
