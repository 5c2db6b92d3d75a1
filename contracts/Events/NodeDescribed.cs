namespace Plumbline.Contracts;

/// <summary>Describes a machine that an experiment measures on.</summary>
public sealed record NodeDescribed
{
    public required Guid ExperimentId { get; init; }

    /// <summary>Name of the cluster's node. Null in the lab.</summary>
    public string? Node { get; init; }

    public required MachineDescription Machine { get; init; }
}

/// <summary>Facts about the machine and its tools that can explain a result, as text.</summary>
public sealed record MachineDescription
{
    public required string Kernel { get; init; }

    public required string OperatingSystem { get; init; }

    public required string CpuModel { get; init; }

    public required int CpuCount { get; init; }

    /// <summary>CPU frequency governor. <c>none</c> when the kernel does not control the frequency.</summary>
    public required string Governor { get; init; }

    /// <summary>Name of the hypervisor. <c>none</c> on bare metal.</summary>
    public required string Hypervisor { get; init; }

    /// <summary>Active mitigations of CPU vulnerabilities.</summary>
    public required string Mitigations { get; init; }

    public required string NftVersion { get; init; }

    public required string IptablesVersion { get; init; }

    public required string PlumblineVersion { get; init; }
}
