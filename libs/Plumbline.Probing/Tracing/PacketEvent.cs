using Plumbline.Contracts;
using Plumbline.DataPlanes;

namespace Plumbline.Trials.Tracing;

/// <summary>What a packet comes by, numbered as in bpf/packet_trace.h.</summary>
public enum TracePoint
{
    /// <summary>netif_receive_skb: it has arrived on the node's ingress device.</summary>
    Arrived = 1,

    /// <summary>fib_table_lookup: PREROUTING is over, routing begins.</summary>
    Routed = 2,

    /// <summary>net_dev_queue: FORWARD, POSTROUTING and the neighbour are behind it, the egress device's queue is ahead.</summary>
    Queued = 3,

    /// <summary>net_dev_start_xmit: it leaves.</summary>
    Left = 4,

    /// <summary>kfree_skb: it was dropped instead.</summary>
    Dropped = 5,

    /// <summary>A rule function has returned that was called for it.</summary>
    Called = 6,
}

/// <summary>One packet's passing of one point. What was not read there is null.</summary>
/// <param name="TimeNs">By the kernel's monotonic clock.</param>
public sealed record PacketEvent(TracePoint Point, long TimeNs)
{
    public string? Device { get; init; }

    public PacketAddresses? Addresses { get; init; }

    /// <summary>Its conntrack entry; also null where it has none.</summary>
    public ConntrackEntry? Entry { get; init; }

    /// <summary>Null unless a rule function was called.</summary>
    public FunctionCall? Call { get; init; }

    /// <summary>The kernel's name of it, where it was dropped.</summary>
    public string? DropReason { get; init; }
}

/// <param name="BeganNs">By the kernel's monotonic clock; the event is its end.</param>
/// <param name="Of">Null where there was no room for its name.</param>
public sealed record FunctionCall(long BeganNs, RuleChain? Of);

/// <summary>Addresses in host byte order.</summary>
public sealed record PacketAddresses(uint SourceIp, int SourcePort, uint DestinationIp, int DestinationPort)
{
    public string Source => $"{Ipv4.Format(SourceIp)}:{SourcePort}";

    public string Destination => $"{Ipv4.Format(DestinationIp)}:{DestinationPort}";
}

/// <param name="Status">Bits of enum ip_conntrack_status.</param>
/// <param name="Info">The kernel's name for what the packet is to the flow (enum ip_conntrack_info).</param>
public sealed record ConntrackEntry(ulong Status, string Info)
{
    private const ulong ConfirmedBit = 1 << 3;

    /// <summary>Whether it was in the table: the entry that a packet makes gets there only when the packet leaves.</summary>
    public bool IsConfirmed => (Status & ConfirmedBit) != 0;
}

/// <summary>All that the kernel has noted of a packet.</summary>
/// <param name="Packets">Packets with that source that have arrived; the events are those of the first.</param>
/// <param name="Events">In the order of passing.</param>
/// <param name="EventsLost">For which there was no room.</param>
public sealed record PacketLog(int Packets, IReadOnlyList<PacketEvent> Events, int EventsLost)
{
    public PacketEvent? At(TracePoint point) => Events.FirstOrDefault(each => each.Point == point);

    /// <summary>Where it left or was dropped; null while it does neither.</summary>
    public PacketEvent? End => Events.FirstOrDefault(each => each.Point is TracePoint.Left or TracePoint.Dropped);
}
