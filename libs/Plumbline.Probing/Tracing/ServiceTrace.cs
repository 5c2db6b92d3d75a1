using Plumbline.Contracts;

namespace Plumbline.Trials.Tracing;

/// <summary>What to trace.</summary>
public sealed record TraceSettings
{
    public required Position Position { get; init; }

    /// <summary>Flows that are traced, each of a source of its own.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>Flows before them, sent and followed in the same way, so that code and caches are warm.</summary>
    public int WarmupFlows { get; init; } = 200;

    /// <summary>Seed of the draw of a random target.</summary>
    public required long Seed { get; init; }
}

/// <summary>First and second packets to one Service of one data plane.</summary>
public sealed record ServiceTrace
{
    public required DataPlane DataPlane { get; init; }

    public required Position Position { get; init; }

    /// <summary>Service rules in the kernel.</summary>
    public required int Rules { get; init; }

    /// <summary>The target's place among them, from 0; in nftables it means nothing to a packet.</summary>
    public required int TargetIndex { get; init; }

    /// <summary>address:port/protocol.</summary>
    public required string Target { get; init; }

    /// <summary>Its rule as the data plane's tool prints it.</summary>
    public required string RuleText { get; init; }

    /// <summary>To see whether the traced packets were ordinary ones. Null where a packet of it was lost.</summary>
    public required WarmUp? WarmUp { get; init; }

    /// <summary>Mean time of a run of the tracing programs by the kernel's accounting, whose own cost is in it; null when nothing ran.</summary>
    public required double? ProbeRunNs { get; init; }

    /// <summary>How the rule functions' calls were traced; null where they were not.</summary>
    public required FunctionAttachment? FunctionAttachment { get; init; }

    /// <summary>Why they were not; null where they were.</summary>
    public required string? FunctionAbsent { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<FlowTrace> Flows { get; init; }
}

/// <summary>The whole ways of the warm-up's packets.</summary>
public sealed record WarmUp(int Flows, long FirstMedianNs, long SecondMedianNs)
{
    /// <summary>Null unless every packet has come through.</summary>
    public static WarmUp? Of(IReadOnlyList<FlowTrace> flows)
    {
        long[] first = [.. flows.Select(flow => flow.First).Where(HasLeft).Select(each => each.TotalNs!.Value).Order()];
        long[] second = [.. flows.Select(flow => flow.Second).Where(HasLeft).Select(each => each.TotalNs!.Value).Order()];
        return flows.Count == 0 || first.Length < flows.Count || second.Length < flows.Count
            ? null
            : new WarmUp(flows.Count, first[first.Length / 2], second[second.Length / 2]);
    }

    private static bool HasLeft(PacketTrace packet) => packet.Verdict == PacketVerdict.Left;
}
