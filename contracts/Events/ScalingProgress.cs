namespace Plumbline.Contracts;

/// <summary>
/// How far a step's Services are, for whoever watches; the scheduler takes it for a sign of life. Published by a scaler that takes long, when
/// something has changed.
/// </summary>
public sealed record ScalingProgress
{
    public required Guid ExperimentId { get; init; }

    /// <summary>0 for the experiment itself, then 1, 2 … for each rerun of a stage of it.</summary>
    public int Run { get; init; }

    public required int Step { get; init; }

    /// <summary>Services that are to be.</summary>
    public required int Services { get; init; }

    /// <summary>Services that are there, in the cluster's API.</summary>
    public int ServicesThere { get; init; }

    /// <summary>Objects still to be created or removed there; 0 when only the rules are waited for.</summary>
    public int ChangesLeft { get; init; }

    /// <summary>Rules that are to be.</summary>
    public required int Rules { get; init; }

    /// <summary>Rules that the node's kernel holds; null while the Services themselves are not all there.</summary>
    public int? RulesThere { get; init; }

    /// <summary>
    /// The holder of the cluster, in words, while the step waits to see whether that holder is alive; null otherwise.
    /// </summary>
    public string? WaitsFor { get; init; }

    /// <summary>Null unless kube-proxy's mode is being switched; the step's Services come after that.</summary>
    public ProxySwitchProgress? ProxySwitch { get; init; }
}
