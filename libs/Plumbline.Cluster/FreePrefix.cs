using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Plumbline.Cluster;

/// <summary>
/// A part of a network that nobody has an address of. Pure. Address management of pods counts from the beginning, so it is sought
/// from the end; the very last address is a broadcast address to a bridge and is left out, as are the first two.
/// </summary>
public static class FreePrefix
{
    /// <summary>Addresses for four million flows; a larger part would the sooner be in the way of a new pod.</summary>
    public const int ShortestLength = 26;

    private const int Bits = 32;

    /// <summary>The largest free part at most as large as <see cref="ShortestLength"/>, of several the last; null where no address is free.</summary>
    public static IPNetwork? Find(IPNetwork network, IReadOnlyCollection<IPAddress> taken)
    {
        uint first = ToNumber(network.BaseAddress);
        long last = first + (1L << (Bits - network.PrefixLength)) - 1;
        SortedSet<uint> used = [.. taken.Where(each => each.AddressFamily == AddressFamily.InterNetwork && network.Contains(each)).Select(ToNumber), first, first + 1, (uint)last];
        for (int length = Math.Max(ShortestLength, network.PrefixLength); length <= Bits; length++)
        {
            long size = 1L << (Bits - length);
            for (long start = last + 1 - size; start >= first; start -= size)
            {
                if (used.GetViewBetween((uint)start, (uint)(start + size - 1)).Count == 0)
                {
                    return new IPNetwork(ToAddress((uint)start), length);
                }
            }
        }

        return null;
    }

    private static uint ToNumber(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static IPAddress ToAddress(uint number)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}
