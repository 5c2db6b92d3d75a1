using System.Text.Json.Serialization;

namespace Plumbline.Trials.Tracing;

/// <summary>What became of a packet.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PacketVerdict>))]
public enum PacketVerdict
{
    /// <summary>It left the node.</summary>
    [JsonStringEnumMemberName("left")]
    Left,

    [JsonStringEnumMemberName("dropped")]
    Dropped,

    /// <summary>It was seen neither leaving nor being dropped: delivered on the node, or never arrived.</summary>
    [JsonStringEnumMemberName("not-seen-again")]
    NotSeenAgain,
}

/// <summary>What conntrack knew of a packet's flow when routing began, or when it was dropped before.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FlowEntry>))]
public enum FlowEntry
{
    /// <summary>Nothing, and it was not told of the packet either.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Nothing: the packet made the entry, which was not confirmed yet. Such a packet goes through the Service rules.</summary>
    [JsonStringEnumMemberName("made")]
    Made,

    /// <summary>The flow: the entry was confirmed before the packet came, so it skips the Service rules.</summary>
    [JsonStringEnumMemberName("met")]
    Met,
}

/// <summary>One packet's way through the node, stage by stage.</summary>
public sealed record PacketTrace
{
    /// <summary>Packets with its source that arrived; 1, unless somebody else sends from there.</summary>
    public required int Packets { get; init; }

    public required PacketVerdict Verdict { get; init; }

    /// <summary>The kernel's name of it; null unless dropped.</summary>
    public required string? DropReason { get; init; }

    public required string? IngressDevice { get; init; }

    /// <summary>Null unless it left.</summary>
    public required string? EgressDevice { get; init; }

    public required FlowEntry Entry { get; init; }

    /// <summary>conntrack's own word, by the kernel's name. It says NEW for every packet of a flow that was never answered.</summary>
    public required string? CtInfo { get; init; }

    /// <summary>As it arrived, address:port.</summary>
    public required string? Source { get; init; }

    /// <summary>As it arrived, address:port.</summary>
    public required string? Destination { get; init; }

    /// <summary>As it left or was dropped.</summary>
    public required string? SourceAfter { get; init; }

    /// <summary>As it left or was dropped; another than <see cref="Destination"/> where it was translated.</summary>
    public required string? DestinationAfter { get; init; }

    public bool IsTranslated => DestinationAfter is not null && DestinationAfter != Destination;

    /// <summary>From arrival to its end; null when it had none.</summary>
    public required long? TotalNs { get; init; }

    /// <summary>In the order of passing; together they are the whole way.</summary>
    public required IReadOnlyList<WaterfallStage> Stages { get; init; }

    /// <summary>Tells the way from what the kernel noted. Pure.</summary>
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
