namespace Plumbline.Contracts;

/// <summary>Brings the number of Services to the cell's on each of the data planes. Answered by <see cref="ServicesScaled"/>.</summary>
public sealed record ScaleStep
{
    public required Guid ExperimentId { get; init; }

    /// <summary>0 for the experiment itself, then 1, 2 … for each rerun of a stage of it.</summary>
    public int Run { get; init; }

    public required int Step { get; init; }

    /// <summary>What is the same for all of the step's trials: the number of Services and other axes of the rules.</summary>
    public required Cell Cell { get; init; }

    public required IReadOnlyList<DataPlane> DataPlanes { get; init; }

    /// <summary>The largest number of Services of the whole experiment, so that what cannot hold them refuses before anything is created; 0 where it is not known.</summary>
    public int MostServices { get; init; }

    /// <summary>The data planes of the whole experiment, for the same reason; null where they are not known.</summary>
    public IReadOnlyList<DataPlane>? AllDataPlanes { get; init; }

    /// <summary>Names of the cluster's nodes that are measured; none in the lab.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>The mode that kube-proxy is to be switched to before; null to leave it as it is.</summary>
    public ProxyMode? ProxyMode { get; init; }

    public required NftablesDialect NftablesDialect { get; init; }

    public required int EndpointsPerService { get; init; }

    /// <summary>Protocols of the Services' ports, by turns.</summary>
    public required IReadOnlyList<ServiceProtocol> Protocols { get; init; }

    /// <summary>Ports of each Service; at most the number of protocols.</summary>
    public required int PortsPerService { get; init; }

    /// <summary>Seed of the order in which the rules are written (kube-proxy's own order is a random one).</summary>
    public required long Seed { get; init; }
}
