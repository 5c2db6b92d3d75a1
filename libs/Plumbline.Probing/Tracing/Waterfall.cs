using Plumbline.Contracts;

namespace Plumbline.Probing.Tracing;

/// <summary>A stretch of a packet's way.</summary>
/// <param name="Name">The name of the <see cref="Stage"/>, where it is one.</param>
/// <param name="What">What the kernel does there.</param>
/// <param name="StartNs">Time since the packet's arrival.</param>
/// <param name="Share">Share of the whole way, 0 to 1.</param>
/// <param name="Parts">Stretches within this one, as far as they were traced.</param>
public sealed record WaterfallStage(
    string Name, string What, long StartNs, long DurationNs, double Share, IReadOnlyList<WaterfallStage> Parts);

/// <summary>Cuts a packet's way at the points it came by. Pure.</summary>
public static class Waterfall
{
    /// <summary>
    /// The stages from one point to another. Calls of rule functions are parts of the innermost stretch around them.
    /// On a kernel without the function trace that stretch stays whole.
    /// </summary>
    private static readonly Stretch[] s_stages =
    [
        new("prerouting", "conntrack, Service rules", TracePoint.Arrived, TracePoint.Routed),
        new(
            "forward-postrouting", "routing and what follows", TracePoint.Routed, TracePoint.Left,
            new Stretch("hooks", "FORWARD, POSTROUTING, neighbour", TracePoint.Routed, TracePoint.Queued),
            new Stretch("queue", "the egress device's queue", TracePoint.Queued, TracePoint.Left)),
    ];

    private static readonly Stretch s_unrouted =
        new("unrouted", "no routing lookup was seen", TracePoint.Arrived, TracePoint.Left);

    /// <summary>Empty for a packet that did not arrive, or whose end was not seen.</summary>
    public static IReadOnlyList<WaterfallStage> Of(PacketLog log)
    {
        if (log.At(TracePoint.Arrived) is not { } arrived || log.End is not { } end)
        {
            return [];
        }

        bool isUnrouted = end.Point == TracePoint.Left && log.At(TracePoint.Routed) is null;
        return Cut(isUnrouted ? [s_unrouted] : s_stages);

        WaterfallStage[] Cut(IReadOnlyList<Stretch> stretches) =>
            [.. stretches.Select(Measure).OfType<WaterfallStage>()];

        // A dropped packet's last stretch ends where it was dropped.
        WaterfallStage? Measure(Stretch stretch)
        {
            if (log.At(stretch.From) is not { } from)
            {
                return null;
            }

            long toNs = (log.At(stretch.To) ?? end).TimeNs;
            bool isInnermost = stretch.Parts.Count == 0;
            WaterfallStage[] parts = isInnermost ? [.. Calls(from.TimeNs, toNs)] : Cut(stretch.Parts);
            bool hasDetail = isInnermost || parts.Length > 1 || parts.Any(part => part.Parts.Count > 0);
            return Part(stretch.Name, stretch.What, from.TimeNs, toNs, hasDetail ? parts : []);
        }

        IEnumerable<WaterfallStage> Calls(long fromNs, long toNs) =>
            from each in log.Events
            let call = each.Call
            where call is not null && call.BeganNs >= fromNs && call.BeganNs < toNs
            select call.Of is { } chain
                ? Part(NameOf(chain), chain.Function.WireName(), call.BeganNs, each.TimeNs, [])
                : Part("rules", "a rule function", call.BeganNs, each.TimeNs, []);

        static string NameOf(RuleChain chain) => $"{chain.Hook} {chain.Table} {chain.Chain}".TrimEnd();

        WaterfallStage Part(string name, string what, long fromNs, long toNs, IReadOnlyList<WaterfallStage> parts)
        {
            long totalNs = end.TimeNs - arrived.TimeNs;
            long durationNs = toNs - fromNs;
            double share = totalNs == 0 ? 0 : (double)durationNs / totalNs;
            return new WaterfallStage(name, what, fromNs - arrived.TimeNs, durationNs, share, parts);
        }
    }

    private sealed record Stretch(
        string Name, string What, TracePoint From, TracePoint To, params IReadOnlyList<Stretch> Parts);
}
