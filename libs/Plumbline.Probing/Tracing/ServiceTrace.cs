using Plumbline.Contracts;

namespace Plumbline.Probing.Tracing;

/// <summary>What to trace.</summary>
public sealed record TraceSettings
{
    public required Position Position { get; init; }

    /// <summary>Number of flows to trace, each from its own source.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>Number of flows that are sent and followed first, to warm code and caches.</summary>
    public int WarmupFlows { get; init; } = 200;

    /// <summary>Seed for drawing a random target.</summary>
    public required long Seed { get; init; }
}

/// <summary>First and second packets to one Service of one data plane.</summary>
public sealed record ServiceTrace
{
    public required DataPlane DataPlane { get; init; }

    public required Position Position { get; init; }

    /// <summary>Service rules in the kernel.</summary>
    public required int Rules { get; init; }

    /// <summary>The target's index among them, from 0. In nftables the index does not matter to a packet.</summary>
    public required int TargetIndex { get; init; }

    /// <summary>address:port/protocol.</summary>
    public required string Target { get; init; }

    /// <summary>The target's rule as the data plane's tool prints it.</summary>
    public required string RuleText { get; init; }

    /// <summary>
    /// Shows whether the traced packets were ordinary ones. Null when a packet of the warm-up was lost.
    /// </summary>
    public required WarmUp? WarmUp { get; init; }

    /// <summary>
    /// Mean time of one run of a tracing program by the kernel's accounting, whose own cost it includes. Null when no
    /// program ran.
    /// </summary>
    public required double? ProbeRunNs { get; init; }

    /// <summary>How the calls of rule functions were traced; null when they were not.</summary>
    public required FunctionAttachment? FunctionAttachment { get; init; }

    /// <summary>Why they were not traced; null when they were.</summary>
    public required string? FunctionAbsent { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<FlowTrace> Flows { get; init; }
}

/// <summary>The warm-up's packets: medians of their whole way through the node.</summary>
public sealed record WarmUp(int Flows, long FirstMedianNs, long SecondMedianNs)
{
    /// <summary>Null unless every packet left the node.</summary>
    public static WarmUp? Of(IReadOnlyList<FlowTrace> flows)
    {
        long[] first = Totals(flows.Select(flow => flow.First));
        long[] second = Totals(flows.Select(flow => flow.Second));
        return flows.Count == 0 || first.Length < flows.Count || second.Length < flows.Count
            ? null
            : new WarmUp(flows.Count, first[first.Length / 2], second[second.Length / 2]);
    }

    private static long[] Totals(IEnumerable<PacketTrace> packets) =>
        [.. packets.Where(each => each.Verdict == PacketVerdict.Left).Select(each => each.TotalNs!.Value).Order()];
}
