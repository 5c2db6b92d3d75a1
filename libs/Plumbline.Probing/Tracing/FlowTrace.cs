namespace Plumbline.Probing.Tracing;

/// <summary>The first two packets of a flow.</summary>
public sealed record FlowTrace(PacketTrace First, PacketTrace Second)
{
    /// <summary>Why the two do not show what a Service costs and conntrack saves; empty when they do. Pure.</summary>
    public IReadOnlyList<string> Remarks =>
    [
        .. Common("first", First),
        .. Common("second", Second),
        .. If(First is { Verdict: PacketVerdict.Left, Entry: not FlowEntry.Made },
            "the first packet made no conntrack entry, so nothing shows that it is the first of its flow"),
        .. If(Second is { Verdict: PacketVerdict.Left, Entry: not FlowEntry.Met },
            "the second packet met no conntrack entry, so it went through the rules again"),
    ];

    private static IEnumerable<string> Common(string which, PacketTrace packet) =>
    [
        .. If(packet.Packets != 1, $"{packet.Packets} packets arrived as the {which}, instead of one"),
        .. If(packet.Verdict == PacketVerdict.Dropped, $"the {which} packet was dropped: {packet.DropReason}"),
        .. If(packet is { Verdict: PacketVerdict.NotSeenAgain, Packets: > 0 },
            $"the {which} packet neither left nor was dropped"),
        .. If(packet is { Verdict: PacketVerdict.Left, IsTranslated: false },
            $"the {which} packet was not translated to an endpoint"),
    ];

    private static IEnumerable<string> If(bool condition, string remark) => condition ? [remark] : [];
}
