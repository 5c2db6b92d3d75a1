using Plumbline.Contracts;
using Plumbline.DataPlanes;

namespace Plumbline.Probing.Tracing;

/// <summary>A point on a packet's way, numbered as in bpf/packet_trace.h.</summary>
public enum TracePoint
{
    /// <summary>netif_receive_skb: it arrived on the node's ingress device.</summary>
    Arrived = 1,

    /// <summary>fib_table_lookup: PREROUTING is over, routing begins.</summary>
    Routed = 2,

    /// <summary>
    /// net_dev_queue: it passed FORWARD, POSTROUTING and the neighbour and enters the egress device's queue.
    /// </summary>
    Queued = 3,

    /// <summary>net_dev_start_xmit: it leaves.</summary>
    Left = 4,

    /// <summary>kfree_skb: it was dropped instead.</summary>
    Dropped = 5,

    /// <summary>A rule function that was called for it returned.</summary>
    Called = 6,
}

/// <summary>One packet at one point. What the point does not read is null.</summary>
/// <param name="TimeNs">By the kernel's monotonic clock.</param>
public sealed record PacketEvent(TracePoint Point, long TimeNs)
{
    public string? Device { get; init; }

    public PacketAddresses? Addresses { get; init; }

    /// <summary>The packet's conntrack entry; null too when it has none.</summary>
    public ConntrackEntry? Entry { get; init; }

    /// <summary>Null unless a rule function was called.</summary>
    public FunctionCall? Call { get; init; }

    /// <summary>The kernel's name of the reason, if the packet was dropped here.</summary>
    public string? DropReason { get; init; }
}

/// <summary>One call of a rule function. Its event is the call's end.</summary>
/// <param name="BeganNs">By the kernel's monotonic clock.</param>
/// <param name="Of">What was called; null when there was no room for its name.</param>
public sealed record FunctionCall(long BeganNs, RuleChain? Of);

/// <summary>Addresses in host byte order.</summary>
public sealed record PacketAddresses(uint SourceIp, int SourcePort, uint DestinationIp, int DestinationPort)
{
    public string Source => $"{Ipv4.Format(SourceIp)}:{SourcePort}";

    public string Destination => $"{Ipv4.Format(DestinationIp)}:{DestinationPort}";
}

/// <summary>A packet's conntrack entry.</summary>
/// <param name="Status">Bits of enum ip_conntrack_status.</param>
/// <param name="Info">The packet's part in the flow, by the kernel's name (enum ip_conntrack_info).</param>
public sealed record ConntrackEntry(ulong Status, string Info)
{
    private const ulong ConfirmedBit = 1 << 3;

    /// <summary>
    /// Whether the entry was in the table. The kernel adds a new entry when the packet that made it leaves.
    /// </summary>
    public bool IsConfirmed => (Status & ConfirmedBit) != 0;
}

/// <summary>Everything that the kernel recorded about one packet.</summary>
/// <param name="Packets">Packets that arrived from its source. The events are those of the first.</param>
/// <param name="Events">In the order in which they happened.</param>
/// <param name="EventsLost">Events that found no room.</param>
public sealed record PacketLog(int Packets, IReadOnlyList<PacketEvent> Events, int EventsLost)
{
    public PacketEvent? At(TracePoint point) => Events.FirstOrDefault(each => each.Point == point);

    /// <summary>Where the packet left or was dropped; null while neither happened.</summary>
    public PacketEvent? End => Events.FirstOrDefault(each => each.Point is TracePoint.Left or TracePoint.Dropped);
}
