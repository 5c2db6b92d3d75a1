namespace Plumbline.Contracts;

/// <summary>A machine that an experiment is measured on.</summary>
public sealed record NodeDescribed
{
    public required Guid ExperimentId { get; init; }

    /// <summary>Name of the cluster's node; null where the machine is a lab's.</summary>
    public string? Node { get; init; }

    public required MachineDescription Machine { get; init; }
}

/// <summary>What can explain a result: the machine and its tools, as text.</summary>
public sealed record MachineDescription
{
    public required string Kernel { get; init; }

    public required string OperatingSystem { get; init; }

    public required string CpuModel { get; init; }

    public required int CpuCount { get; init; }

    /// <summary>CPU frequency governor; <c>none</c> where the kernel governs none.</summary>
    public required string Governor { get; init; }

    /// <summary>Name of the hypervisor; <c>none</c> on bare metal.</summary>
    public required string Hypervisor { get; init; }

    /// <summary>Mitigations of CPU vulnerabilities that are on.</summary>
    public required string Mitigations { get; init; }

    public required string NftVersion { get; init; }

    public required string IptablesVersion { get; init; }

    public required string PlumblineVersion { get; init; }
}
