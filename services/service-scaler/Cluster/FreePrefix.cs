using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Finds a part of a network in which no address is taken. Pure. Pods get their addresses from the network's beginning,
/// so the search starts at its end. It leaves out the last address, which a bridge treats as broadcast, and the first
/// two.
/// </summary>
public static class FreePrefix
{
    /// <summary>
    /// 64 addresses: enough for four million flows. A larger part would sooner collide with a new pod.
    /// </summary>
    public const int ShortestLength = 26;

    private const int Bits = 32;

    /// <summary>
    /// The largest free part, at most a /<see cref="ShortestLength"/>. The last one if there are several; null if no
    /// address is free.
    /// </summary>
    public static IPNetwork? Find(IPNetwork network, IReadOnlyCollection<IPAddress> taken)
    {
        uint first = ToNumber(network.BaseAddress);
        long last = first + (1L << (Bits - network.PrefixLength)) - 1;
        IEnumerable<IPAddress> inside =
            taken.Where(each => each.AddressFamily == AddressFamily.InterNetwork && network.Contains(each));
        SortedSet<uint> used = [.. inside.Select(ToNumber), first, first + 1, (uint)last];
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
