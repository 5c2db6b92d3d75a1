using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Plumbline.Linux;

/// <summary>
/// A raw socket (IPPROTO_RAW) that sends whole IPv4 packets, from any source address. The kernel stamps each packet
/// when the device takes it (SO_TIMESTAMPING, software). It opens in the network namespace of the calling thread.
/// Kernel documentation: Documentation/networking/timestamping.rst.
/// </summary>
public sealed unsafe class RawIpv4Socket : IDisposable
{
    private const int TransmitSoftware = 1 << 1;
    private const int Software = 1 << 4;
    private const int NumberPackets = 1 << 7;

    /// <summary>
    /// The payload does not come back with the stamp. Otherwise the error queue would hold on to the packet, and the
    /// kernel would have to copy it on its way, within the time measured.
    /// </summary>
    private const int StampOnly = 1 << 11;
    private const int StampBatch = 64;
    private const int StampBufferBytes = 32 << 20;

    private readonly NativeSocket _socket;
    private readonly MessageBatch _stamps = new(StampBatch, 8);

    /// <exception cref="Win32Exception">
    /// The process lacks CAP_NET_RAW, or the kernel has no software timestamps.
    /// </exception>
    public RawIpv4Socket() => _socket = NativeSocket.Open(
        NativeMethods.AddressFamilyInet, NativeMethods.SocketRaw, NativeMethods.ProtocolRaw, "a raw socket", socket =>
        {
            socket.SetOption(
                NativeMethods.SolSocket, NativeMethods.ReceiveBufferForce, StampBufferBytes, "SO_RCVBUFFORCE");
            RestartNumbering(socket);
        });

    /// <summary>The most stamps that <see cref="ReadStamps"/> reads at once.</summary>
    public static int MostStamps => StampBatch;

    /// <summary>
    /// Makes the next packet's stamp number 0. Call this after a refused packet: whether the kernel numbered that one
    /// depends on how far it got.
    /// </summary>
    public void RestartNumbering() => RestartNumbering(_socket);

    /// <summary>Sends the packet. Returns 0, or the errno with which the kernel refused it.</summary>
    /// <param name="destination">Where to route the packet to, in host byte order.</param>
    public int Send(ReadOnlySpan<byte> packet, uint destination)
    {
        NativeMethods.InternetAddress to = new()
        {
            Family = NativeMethods.AddressFamilyInet,
            Address = BinaryPrimitives.ReverseEndianness(destination),
        };
        fixed (byte* bytes = packet)
        {
            nint sent = NativeMethods.SendTo(
                _socket, bytes, (nuint)packet.Length, 0, &to, (uint)sizeof(NativeMethods.InternetAddress));
            return sent < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
    }

    /// <summary>
    /// Reads the stamps that are queued. Returns their number; if it is less than the most, no more are queued.
    /// </summary>
    /// <param name="stamps">Needs room for <see cref="MostStamps"/>.</param>
    public int ReadStamps(Span<TransmitStamp> stamps)
    {
        int count = _stamps.Receive(_socket, NativeMethods.MessageErrorQueue);
        for (int i = 0; i < count; i++)
        {
            long unixNs = _stamps.StampUnixNs(i, out uint number);
            stamps[i] = new TransmitStamp(number, unixNs);
        }

        return count;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Switching the numbering off and on again starts it at 0.</summary>
    private static void RestartNumbering(NativeSocket socket)
    {
        foreach (int numbering in (ReadOnlySpan<int>)[0, NumberPackets])
        {
            int flags = TransmitSoftware | Software | StampOnly | numbering;
            socket.SetOption(NativeMethods.SolSocket, NativeMethods.Timestamping, flags, "SO_TIMESTAMPING");
        }
    }
}

/// <param name="Number">Which packet since the last restart of the numbering, from 0.</param>
/// <param name="UnixNs">When the device took it, by the wall clock, in nanoseconds since 1970.</param>
public readonly record struct TransmitStamp(uint Number, long UnixNs);
