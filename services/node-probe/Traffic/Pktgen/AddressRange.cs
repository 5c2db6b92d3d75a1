namespace Plumbline.NodeProbe.Traffic.Pktgen;

/// <summary>Addresses in a row, in host byte order, both ends included.</summary>
internal readonly record struct AddressRange(uint First, uint Last)
{
    /// <summary>The range that consists of just these addresses; null where they are not in a row. Pure.</summary>
    public static AddressRange? Of(IReadOnlyCollection<uint> addresses)
    {
        HashSet<uint> distinct = [.. addresses];
        AddressRange range = new(distinct.Min(), distinct.Max());
        return range.Last - range.First == (uint)distinct.Count - 1 ? range : null;
    }
}
