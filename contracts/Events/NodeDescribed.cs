using System.Collections.Immutable;

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

    /// <summary>The kernel's preemption model: <c>PREEMPT_RT</c>, <c>PREEMPT_DYNAMIC (full)</c> and others.</summary>
    public required string Preemption { get; init; }

    /// <summary>The kernel's clock source, such as <c>tsc</c>.</summary>
    public required string ClockSource { get; init; }

    /// <summary>The smallest step that the kernel's clock was seen to make.</summary>
    public required long ClockStepNs { get; init; }

    public required string OperatingSystem { get; init; }

    public required string CpuModel { get; init; }

    public required int CpuCount { get; init; }

    /// <summary>CPUs that the scheduler gives no tasks by itself (isolcpus). <c>none</c> without any.</summary>
    public required string IsolatedCpus { get; init; }

    /// <summary>CPUs without a timer tick while one task runs (nohz_full). <c>none</c> without any.</summary>
    public required string TicklessCpus { get; init; }

    /// <summary>Whether CPUs share cores, and with which ones the sending CPU does.</summary>
    public required string Smt { get; init; }

    /// <summary>CPU frequency governor. <c>none</c> when the kernel does not control the frequency.</summary>
    public required string Governor { get; init; }

    /// <summary>Whether a CPU may exceed its base frequency: <c>on</c>, <c>off</c> or <c>unknown</c>.</summary>
    public required string Boost { get; init; }

    /// <summary>Name of the hypervisor. <c>none</c> on bare metal.</summary>
    public required string Hypervisor { get; init; }

    /// <summary>Active mitigations of CPU vulnerabilities.</summary>
    public required string Mitigations { get; init; }

    /// <summary>Versions of the tools that write and read rules, by the tools' names, in order of these.</summary>
    public required IReadOnlyDictionary<string, string> Tools
    {
        get;
        init => field = value.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    public required string PlumblineVersion { get; init; }
}
