namespace Plumbline.Probing.Stages;

/// <summary>
/// What became of the packets that the stage probe saw since it was last reset, on all CPUs together.
/// </summary>
public sealed record PacketCounts
{
    /// <summary>Packets that arrived on the ingress device.</summary>
    public required long Arrived { get; init; }

    /// <summary>Packets that left with a conntrack entry that they made.</summary>
    public required long First { get; init; }

    /// <summary>Packets that left with an entry that was there before. They are in no histogram.</summary>
    public required long NotFirst { get; init; }

    /// <summary>Packets that left without a conntrack entry.</summary>
    public required long Untracked { get; init; }

    /// <summary>Packets that left with their destination translated.</summary>
    public required long Translated { get; init; }

    /// <summary>First or untracked packets that left without a routing lookup. They are in no histogram.</summary>
    public required long WithoutRoute { get; init; }

    /// <summary>Dropped packets by the kernel's name of the reason.</summary>
    public required IReadOnlyDictionary<string, long> LostByReason { get; init; }

    public long Left => First + NotFirst + Untracked;

    public long Lost => LostByReason.Values.Sum();
}
