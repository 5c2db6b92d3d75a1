using System.Buffers.Binary;

namespace Plumbline.Linux;

/// <summary>
/// A raw socket that sends whole IPv4 packets (IPPROTO_RAW), from whatever source address they name, and has the kernel
/// stamp each as the device takes it (SO_TIMESTAMPING, software). Opened in the namespace of the calling thread.
/// Kernel documentation: Documentation/networking/timestamping.rst.
/// </summary>
public sealed unsafe class RawIpv4Socket : IDisposable
{
    private const int TransmitSoftware = 1 << 1;
    private const int Software = 1 << 4;
    private const int NumberPackets = 1 << 7;
    private const int StampOnly = 1 << 11;
    private const int StampBatch = 64;
    private const int StampBufferBytes = 32 << 20;

    private readonly int _fd;
    private readonly MessageBatch _stamps = new(StampBatch, 8);

    /// <exception cref="System.ComponentModel.Win32Exception">Not permitted (CAP_NET_RAW), or the kernel has no software timestamps.</exception>
    public RawIpv4Socket()
    {
        _fd = SystemCall.Check(
            NativeMethods.Socket(NativeMethods.AddressFamilyInet, NativeMethods.SocketRaw | NativeMethods.SocketCloseOnExec, NativeMethods.ProtocolRaw),
            "open a raw socket");
        int buffer = StampBufferBytes;
        SystemCall.Check(
            NativeMethods.SetSocketOption(_fd, NativeMethods.SolSocket, NativeMethods.ReceiveBufferForce, &buffer, sizeof(int)), "set SO_RCVBUFFORCE");
        RestartNumbering();
    }

    /// <summary>
    /// Has the next packet stamped with number 0. Needed after a refused one, because whether the kernel numbered it depends on
    /// how far it came.
    /// </summary>
    public void RestartNumbering()
    {
        // The payload does not come back with the stamp: a packet that the error queue held on to would have to be copied on
        // its way, within the time measured.
        foreach (int flags in (ReadOnlySpan<int>)[TransmitSoftware | Software | StampOnly, TransmitSoftware | Software | StampOnly | NumberPackets])
        {
            int value = flags;
            SystemCall.Check(
                NativeMethods.SetSocketOption(_fd, NativeMethods.SolSocket, NativeMethods.Timestamping, &value, sizeof(int)), "set SO_TIMESTAMPING");
        }
    }

    /// <summary>Sends the packet. Returns 0, or the errno with which the kernel refused it.</summary>
    /// <param name="destination">In host byte order; where to route the packet to.</param>
    public int Send(ReadOnlySpan<byte> packet, uint destination)
    {
        NativeMethods.InternetAddress to = new()
        {
            Family = NativeMethods.AddressFamilyInet,
            Address = BinaryPrimitives.ReverseEndianness(destination),
        };
        fixed (byte* bytes = packet)
        {
            nint sent = NativeMethods.SendTo(_fd, bytes, (nuint)packet.Length, 0, &to, (uint)sizeof(NativeMethods.InternetAddress));
            return sent < 0 ? System.Runtime.InteropServices.Marshal.GetLastPInvokeError() : 0;
        }
    }

    /// <summary>Reads the stamps that are there. Returns how many; fewer than fit means no more are there now.</summary>
    public int ReadStamps(Span<TransmitStamp> stamps)
    {
        int count = _stamps.Receive(_fd, NativeMethods.MessageErrorQueue);
        for (int i = 0; i < count; i++)
        {
            long unixNs = _stamps.StampUnixNs(i, out uint number);
            stamps[i] = new TransmitStamp(number, unixNs);
        }

        return count;
    }

    /// <summary>Room that <see cref="ReadStamps"/> needs.</summary>
    public static int MostStamps => StampBatch;

    public void Dispose()
    {
        _ = NativeMethods.Close(_fd);
        _stamps.Dispose();
    }
}

/// <param name="Number">Which of the packets sent since the numbering was last restarted, from 0.</param>
/// <param name="UnixNs">When the device took it, by the wall clock, in nanoseconds since 1970.</param>
public readonly record struct TransmitStamp(uint Number, long UnixNs);
