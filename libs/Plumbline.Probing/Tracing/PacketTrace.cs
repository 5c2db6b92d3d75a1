using System.Text.Json.Serialization;

namespace Plumbline.Probing.Tracing;

/// <summary>How a packet's way ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PacketVerdict>))]
public enum PacketVerdict
{
    /// <summary>It left the node.</summary>
    [JsonStringEnumMemberName("left")]
    Left,

    [JsonStringEnumMemberName("dropped")]
    Dropped,

    /// <summary>It neither left nor was dropped: the node delivered it locally, or it never arrived.</summary>
    [JsonStringEnumMemberName("not-seen-again")]
    NotSeenAgain,
}

/// <summary>What conntrack knew about a packet's flow when routing began, or when an earlier drop ended it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FlowEntry>))]
public enum FlowEntry
{
    /// <summary>Nothing: conntrack did not see the packet.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Nothing before: the packet made the entry. Such a packet goes through the Service rules.</summary>
    [JsonStringEnumMemberName("made")]
    Made,

    /// <summary>
    /// The flow: its entry was confirmed before the packet arrived, so the packet skips the Service rules.
    /// </summary>
    [JsonStringEnumMemberName("met")]
    Met,
}

/// <summary>One packet's way through the node, stage by stage.</summary>
public sealed record PacketTrace
{
    /// <summary>Packets that arrived from its source: 1, unless someone else sends from there.</summary>
    public required int Packets { get; init; }

    public required PacketVerdict Verdict { get; init; }

    /// <summary>The kernel's name of the reason; null unless dropped.</summary>
    public required string? DropReason { get; init; }

    public required string? IngressDevice { get; init; }

    /// <summary>Null unless it left.</summary>
    public required string? EgressDevice { get; init; }

    public required FlowEntry Entry { get; init; }

    /// <summary>
    /// The packet's part in the flow, by the kernel's name. It is NEW for every packet of a flow that was never
    /// answered.
    /// </summary>
    public required string? CtInfo { get; init; }

    /// <summary>As it arrived, address:port.</summary>
    public required string? Source { get; init; }

    /// <summary>As it arrived, address:port.</summary>
    public required string? Destination { get; init; }

    /// <summary>As it left or was dropped.</summary>
    public required string? SourceAfter { get; init; }

    /// <summary>As it left or was dropped. It differs from <see cref="Destination"/> after translation.</summary>
    public required string? DestinationAfter { get; init; }

    public bool IsTranslated => DestinationAfter is not null && DestinationAfter != Destination;

    /// <summary>From arrival to the end; null when no end was seen.</summary>
    public required long? TotalNs { get; init; }

    /// <summary>In order; together they are the whole way.</summary>
    public required IReadOnlyList<WaterfallStage> Stages { get; init; }

    /// <summary>Derives the way from what the kernel recorded. Pure.</summary>
    public static PacketTrace Of(PacketLog log)
    {
        PacketEvent? arrived = log.At(TracePoint.Arrived);
        PacketEvent? end = log.End;
        PacketEvent? known = log.At(TracePoint.Routed) ?? end;
        return new PacketTrace
        {
            Packets = log.Packets,
            Verdict = end?.Point switch
            {
                TracePoint.Left => PacketVerdict.Left,
                TracePoint.Dropped => PacketVerdict.Dropped,
                _ => PacketVerdict.NotSeenAgain,
            },
            DropReason = end?.DropReason,
            IngressDevice = arrived?.Device,
            EgressDevice = end?.Device,
            Entry = known?.Entry switch
            {
                null => FlowEntry.None,
                { IsConfirmed: true } => FlowEntry.Met,
                _ => FlowEntry.Made,
            },
            CtInfo = known?.Entry?.Info,
            Source = arrived?.Addresses?.Source,
            Destination = arrived?.Addresses?.Destination,
            SourceAfter = end?.Addresses?.Source,
            DestinationAfter = end?.Addresses?.Destination,
            TotalNs = arrived is null || end is null ? null : end.TimeNs - arrived.TimeNs,
            Stages = Waterfall.Of(log),
        };
    }
}
