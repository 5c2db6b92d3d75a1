using System.Globalization;
using Plumbline.DataPlanes;

namespace Plumbline.Paths.Cluster;

/// <summary>Source addresses of a probe, as <c>10.244.1.128/26</c>.</summary>
/// <param name="First">In host byte order.</param>
/// <param name="Length">Bits of the prefix, 16 … 32.</param>
public sealed record SourcePrefix(uint First, int Length)
{
    private const int Shortest = 16;

    public int Count => 1 << (32 - Length);

    /// <exception cref="FormatException">It is not one.</exception>
    public static SourcePrefix Parse(string text)
    {
        if (text.Split('/') is not [string address, string bits]
            || !int.TryParse(bits, NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length is < Shortest or > 32)
        {
            throw new FormatException($"'{text}' is no prefix of source addresses such as 10.244.1.128/26");
        }

        uint first = Ipv4.Parse(address);
        return (first & (uint)((1L << (32 - length)) - 1)) == 0
            ? new SourcePrefix(first, length)
            : throw new FormatException($"'{text}' has an address that does not begin a prefix of that length");
    }

    /// <summary>The flows that it gives. Where there are several addresses the first is the client's own, for programs that open connections.</summary>
    public FlowSpace Flows => Count > 1 ? new FlowSpace(First + 1, Count - 1) : new FlowSpace(First, 1);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Ipv4.Format(First)}/{Length}");
}
