namespace Plumbline.Trials.Tracing;

/// <summary>A stretch of a packet's way.</summary>
/// <param name="Name">Of a whole stage: the wire name of <see cref="Plumbline.Contracts.Stage"/>, where it is one.</param>
/// <param name="What">What the kernel does there.</param>
/// <param name="StartNs">After the packet's arrival.</param>
/// <param name="Share">Of the whole way, 0 to 1.</param>
/// <param name="Parts">Stretches within this one that were told apart.</param>
public sealed record WaterfallStage(string Name, string What, long StartNs, long DurationNs, double Share, IReadOnlyList<WaterfallStage> Parts);

/// <summary>Cuts a packet's way at the points it came by. Pure.</summary>
public static class Waterfall
{
    /// <summary>
    /// The stages from one point to another. A finer probe, of hooks and chains, adds its points to the parts; where a kernel
    /// cannot tell them the stage stays whole.
    /// </summary>
    private static readonly Stretch[] s_stages =
    [
        new("prerouting", "conntrack, Service rules", TracePoint.Arrived, TracePoint.Routed),
        new("forward-postrouting", "routing and what follows", TracePoint.Routed, TracePoint.Left,
            new Stretch("hooks", "FORWARD, POSTROUTING, neighbour", TracePoint.Routed, TracePoint.Queued),
            new Stretch("queue", "the egress device's queue", TracePoint.Queued, TracePoint.Left)),
    ];

    private static readonly Stretch s_unrouted = new("unrouted", "no routing lookup was seen", TracePoint.Arrived, TracePoint.Left);

    /// <summary>Nothing for a packet that did not arrive, or whose end was not seen.</summary>
    public static IReadOnlyList<WaterfallStage> Of(PacketLog log)
    {
        if (log.At(TracePoint.Arrived) is not { } arrived || log.End is not { } end)
        {
            return [];
        }

        bool isUnrouted = end.Point == TracePoint.Left && log.At(TracePoint.Routed) is null;
        return Cut(isUnrouted ? [s_unrouted] : s_stages);

        WaterfallStage[] Cut(IReadOnlyList<Stretch> stretches) => [.. stretches.Select(Measure).OfType<WaterfallStage>()];

        // A dropped packet's last stretch ends where it was dropped.
        WaterfallStage? Measure(Stretch stretch)
        {
            if (log.At(stretch.From) is not { } from)
            {
                return null;
            }

            WaterfallStage[] parts = Cut(stretch.Parts);
            long durationNs = (log.At(stretch.To) ?? end).TimeNs - from.TimeNs;
            long totalNs = end.TimeNs - arrived.TimeNs;
            return new WaterfallStage(
                stretch.Name, stretch.What, from.TimeNs - arrived.TimeNs, durationNs, totalNs == 0 ? 0 : (double)durationNs / totalNs,
                parts.Length > 1 ? parts : []);
        }
    }

    private sealed record Stretch(string Name, string What, TracePoint From, TracePoint To, params IReadOnlyList<Stretch> Parts);
}
