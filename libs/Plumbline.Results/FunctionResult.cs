using System.Diagnostics.CodeAnalysis;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>What the function probe counted in one attempt.</summary>
public sealed record FunctionResult
{
    /// <summary>First packets that left while it counted.</summary>
    public required long Packets { get; init; }

    /// <summary>Packets of known flows that left; their calls are nowhere.</summary>
    public required long NotFirstPackets { get; init; }

    /// <summary>Calls that were not seen to return.</summary>
    public required long Unpaired { get; init; }

    /// <summary>Calls that there was no room for.</summary>
    public required long Lost { get; init; }

    /// <summary>Runs of the probe's programs that the kernel left out.</summary>
    public required long Missed { get; init; }

    /// <summary>By name.</summary>
    public required IReadOnlyList<FunctionCallLatency> Calls { get; init; }

    /// <summary>Calls of one function, or of all, for a packet; null without packets.</summary>
    public double? CallsPerPacket(RuleFunction? function = null) => Packets == 0
        ? null
        : (double)Calls.Where(call => function is null || call.Of.Function == function).Sum(call => call.Count) / Packets;
}

/// <summary>Latencies of single calls: of one function at one hook for one table or base chain.</summary>
public sealed record FunctionCallLatency : MeasuredLatency
{
    public FunctionCallLatency()
    {
    }

    [SetsRequiredMembers]
    internal FunctionCallLatency(RuleChain of, MeasuredLatency measured)
        : base(measured) => Of = of;

    public required RuleChain Of { get; init; }
}
