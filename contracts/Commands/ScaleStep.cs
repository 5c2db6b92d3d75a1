namespace Plumbline.Contracts;

/// <summary>
/// Brings each data plane to the number of Services in the cell. <see cref="ServicesScaled"/> answers.
/// </summary>
public sealed record ScaleStep
{
    public required Guid ExperimentId { get; init; }

    /// <inheritdoc cref="MeasureTrial.Run"/>
    public int Run { get; init; }

    public required int Step { get; init; }

    /// <summary>
    /// How often the step was made anew, because something broke the lab's node or its rules. A scaler that has the
    /// step complete makes it again only for a higher number.
    /// </summary>
    public int Remake { get; init; }

    /// <summary>What the step's trials have in common: the number of Services and other axes of the rules.</summary>
    public required Cell Cell { get; init; }

    public required IReadOnlyList<DataPlane> DataPlanes { get; init; }

    /// <summary>
    /// The largest number of Services in the whole experiment. A node or cluster that cannot hold them refuses before
    /// anything is created. 0 when unknown.
    /// </summary>
    public int MostServices { get; init; }

    /// <summary>The data planes of the whole experiment, for the same reason. Null when unknown.</summary>
    public IReadOnlyList<DataPlane>? AllDataPlanes { get; init; }

    /// <summary>Names of the cluster's nodes to measure on. Empty in the lab.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>The mode to switch kube-proxy to first. Null to leave it alone.</summary>
    public ProxyMode? ProxyMode { get; init; }

    public required NftablesDialect NftablesDialect { get; init; }

    public required int EndpointsPerService { get; init; }

    public required int PortsPerService { get; init; }

    /// <summary>Seed of the order of the rules. kube-proxy's own order is random too.</summary>
    public required long Seed { get; init; }
}
