using Plumbline.Contracts;

namespace Plumbline.Probing;

/// <summary>What a kernel probe has counted since it was last reset.</summary>
public sealed record ProbeReading
{
    /// <summary>One histogram for each stage that the probe times. Every measured packet is in the last one.</summary>
    public required IReadOnlyList<NamedHistogram> Stages { get; init; }

    /// <summary>The probe's name, attachment, counts and details. What the probe costs is measured apart.</summary>
    public required KernelProbeReport Report { get; init; }

    /// <summary>Why these figures cannot be trusted; empty when they can.</summary>
    public IReadOnlyList<FlagReason> Flags { get; init; } = [];
}

/// <summary>One reason to flag a trial.</summary>
/// <param name="Remark">The reason in words, with its numbers.</param>
public sealed record FlagReason(TrialFlag Flag, string Remark);
