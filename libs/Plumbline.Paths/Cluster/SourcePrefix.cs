using System.Globalization;
using Plumbline.DataPlanes;

namespace Plumbline.Paths.Cluster;

/// <summary>Source addresses of a worker, as <c>10.244.1.128/26</c>.</summary>
/// <param name="Length">Bits of the prefix, 16 … 32.</param>
public sealed record SourcePrefix(IpAddress First, int Length)
{
    private const int Shortest = 16;
    private const int Bits = 32;

    public int Count => 1 << (Bits - Length);

    /// <summary>
    /// The flows that the addresses give. Where there are several, the first is the client's own, for programs that
    /// open connections.
    /// </summary>
    public FlowSpace Flows => Count > 1 ? new FlowSpace(First.Plus(1), Count - 1) : new FlowSpace(First, 1);

    /// <exception cref="FormatException">The text is not such a prefix.</exception>
    public static SourcePrefix Parse(string text)
    {
        if (text.Split('/') is not [string address, string bits]
            || !int.TryParse(bits, NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length is < Shortest or > Bits)
        {
            throw new FormatException($"'{text}' is not a prefix of source addresses such as 10.244.1.128/26");
        }

        SourcePrefix prefix = new(new IpAddress(Ipv4.Parse(address)), length);
        return prefix.First.Ipv4Number % (ulong)prefix.Count == 0
            ? prefix
            : throw new FormatException($"'{text}' has an address that does not begin a prefix of that length");
    }

    public bool Contains(IpAddress ip) => ip.DistanceFrom(First) is { } distance && distance < (uint)Count;

    /// <summary>Whether all addresses are in the network that has that address and so many bits.</summary>
    public bool IsWithin(IpAddress network, int length) =>
        length <= Length && (length == 0 || (network.Ipv4Number ^ First.Ipv4Number) >> (Bits - length) == 0);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}/{Length}");
}
