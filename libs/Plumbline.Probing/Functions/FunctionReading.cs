using Plumbline.Contracts;

namespace Plumbline.Trials.Functions;

/// <summary>What the function probe has counted since it was last reset, over all CPUs.</summary>
public sealed record FunctionReading
{
    /// <summary>All calls of a packet together; of every first packet, also of those for which no function was called.</summary>
    public required NamedHistogram PerPacket { get; init; }

    public required KernelProbeReport Report { get; init; }
}
