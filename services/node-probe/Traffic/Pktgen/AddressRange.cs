namespace Plumbline.NodeProbe.Traffic.Pktgen;

/// <summary>Consecutive addresses in host byte order, both ends included.</summary>
internal readonly record struct AddressRange(uint First, uint Last)
{
    /// <summary>The range of exactly these addresses; null when they are not consecutive. Pure.</summary>
    public static AddressRange? Of(IReadOnlyCollection<uint> addresses)
    {
        HashSet<uint> distinct = [.. addresses];
        AddressRange range = new(distinct.Min(), distinct.Max());
        return range.Last - range.First == (uint)distinct.Count - 1 ? range : null;
    }
}
