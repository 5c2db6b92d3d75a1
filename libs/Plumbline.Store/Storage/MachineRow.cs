using System.Diagnostics.CodeAnalysis;
using Plumbline.Contracts;

namespace Plumbline.Results.Storage;

/// <summary>The machine of a lab.</summary>
internal class MachineRow
{
    /// <summary>For who reads rows.</summary>
    public MachineRow()
    {
    }

    [SetsRequiredMembers]
    public MachineRow(NodeDescribed described)
    {
        ExperimentId = described.ExperimentId.ToString();
        Kernel = described.Machine.Kernel;
        OperatingSystem = described.Machine.OperatingSystem;
        CpuModel = described.Machine.CpuModel;
        CpuCount = described.Machine.CpuCount;
        Governor = described.Machine.Governor;
        Hypervisor = described.Machine.Hypervisor;
        Mitigations = described.Machine.Mitigations;
        NftVersion = described.Machine.NftVersion;
        IptablesVersion = described.Machine.IptablesVersion;
        PlumblineVersion = described.Machine.PlumblineVersion;
    }

    public required string ExperimentId { get; init; }

    public required string Kernel { get; init; }

    public required string OperatingSystem { get; init; }

    public required string CpuModel { get; init; }

    public required long CpuCount { get; init; }

    public required string Governor { get; init; }

    public required string Hypervisor { get; init; }

    public required string Mitigations { get; init; }

    public required string NftVersion { get; init; }

    public required string IptablesVersion { get; init; }

    public required string PlumblineVersion { get; init; }

    public MachineDescription Description() => new()
    {
        Kernel = Kernel,
        OperatingSystem = OperatingSystem,
        CpuModel = CpuModel,
        CpuCount = (int)CpuCount,
        Governor = Governor,
        Hypervisor = Hypervisor,
        Mitigations = Mitigations,
        NftVersion = NftVersion,
        IptablesVersion = IptablesVersion,
        PlumblineVersion = PlumblineVersion,
    };
}

/// <summary>The machine that is a node of a cluster.</summary>
internal sealed class NodeMachineRow : MachineRow
{
    public NodeMachineRow()
    {
    }

    [SetsRequiredMembers]
    public NodeMachineRow(NodeDescribed described, string node)
        : base(described) => Node = node;

    public required string Node { get; init; }
}
