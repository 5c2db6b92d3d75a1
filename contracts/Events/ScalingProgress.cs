namespace Plumbline.Contracts;

/// <summary>
/// How far a step's Services are, for people who watch. The scheduler takes it as a sign of life. A scaler publishes it
/// at every change of a step that takes long.
/// </summary>
public sealed record ScalingProgress
{
    public required Guid ExperimentId { get; init; }

    /// <inheritdoc cref="MeasureTrial.Run"/>
    public int Run { get; init; }

    public required int Step { get; init; }

    /// <summary>Services to reach.</summary>
    public required int Services { get; init; }

    /// <summary>Services in the cluster's API now.</summary>
    public int ServicesThere { get; init; }

    /// <summary>Objects still to create or remove. 0 when only rules are missing.</summary>
    public int ChangesLeft { get; init; }

    /// <summary>Rules to reach.</summary>
    public required int Rules { get; init; }

    /// <summary>Rules in the node's kernel now. Null while Services are missing.</summary>
    public int? RulesThere { get; init; }

    /// <summary>
    /// Who holds the cluster, in words, while the step waits to see whether the holder is alive. Null otherwise.
    /// </summary>
    public string? WaitsFor { get; init; }

    /// <summary>Null unless kube-proxy switches its mode. The step's Services come after that.</summary>
    public ProxySwitchProgress? ProxySwitch { get; init; }
}
