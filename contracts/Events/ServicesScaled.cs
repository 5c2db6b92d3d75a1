namespace Plumbline.Contracts;

/// <summary>The step's rules are in the kernel, read back and counted.</summary>
public sealed record ServicesScaled
{
    public required Guid ExperimentId { get; init; }

    /// <inheritdoc cref="MeasureTrial.Run"/>
    public int Run { get; init; }

    public required int Step { get; init; }

    /// <inheritdoc cref="ScaleStep.Remake"/>
    public int Remake { get; init; }

    public required IReadOnlyList<ProgrammedDataPlane> DataPlanes { get; init; }

    /// <summary>The cluster's nodes, ready for trials. Empty in the lab.</summary>
    public IReadOnlyList<ScaledNode> Nodes { get; init; } = [];
}

/// <summary>What one data plane holds after a <see cref="ScaleStep"/>, and how it got there.</summary>
public sealed record ProgrammedDataPlane
{
    /// <summary>The step's cell with the data plane.</summary>
    public required Cell Cell { get; init; }

    /// <summary>Service rules read back from the kernel: KUBE-SERVICES rules, or service-ips elements.</summary>
    public required int Rules { get; init; }

    /// <summary>Nanoseconds from handing the rules to the tool until the kernel had them.</summary>
    public required long ProgrammingNs { get; init; }

    /// <summary>The tool that wrote them, with its version.</summary>
    public required string Tool { get; init; }

    /// <summary>
    /// All rules of the lab node's namespaces after that, as <c>node nft:2 legacy:none; …</c>. Any change changes it.
    /// Null in a cluster, where others change rules too.
    /// </summary>
    public string? Ruleset { get; init; }
}
