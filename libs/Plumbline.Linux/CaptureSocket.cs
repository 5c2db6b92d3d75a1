using System.Buffers.Binary;

namespace Plumbline.Linux;

/// <summary>
/// Takes a copy of the IPv4 packets that arrive on one device and pass a filter, each stamped by the kernel on its arrival
/// (SO_TIMESTAMPING, software). It sees them before netfilter does, so a rule that drops them changes nothing here. Opened
/// in the namespace of the calling thread.
/// </summary>
public sealed unsafe class CaptureSocket : IDisposable
{
    private const int ReceiveSoftware = 1 << 3;
    private const int Software = 1 << 4;
    private const ushort Ipv4 = 0x0800;
    private const int Batch = 64;
    private const int PacketLength = 128;
    private const int BufferBytes = 32 << 20;

    private readonly int _fd;
    private readonly MessageBatch _packets = new(Batch, PacketLength);

    /// <param name="filter">Sees a packet from its IP header on.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">No such device, or not permitted (CAP_NET_RAW, CAP_NET_ADMIN).</exception>
    public CaptureSocket(string device, ReadOnlySpan<FilterInstruction> filter)
    {
        _fd = SystemCall.Check(
            NativeMethods.Socket(
                NativeMethods.AddressFamilyPacket,
                NativeMethods.SocketDatagram | NativeMethods.SocketNonBlocking | NativeMethods.SocketCloseOnExec,
                0),
            "open an AF_PACKET socket");
        SocketFilter.Attach(_fd, filter);
        Set(NativeMethods.SolSocket, NativeMethods.ReceiveBufferForce, BufferBytes, "set SO_RCVBUFFORCE");
        Set(NativeMethods.SolSocket, NativeMethods.Timestamping, ReceiveSoftware | Software, "set SO_TIMESTAMPING");
        Set(NativeMethods.SolPacket, NativeMethods.PacketIgnoreOutgoing, 1, "set PACKET_IGNORE_OUTGOING");

        // Packets come only from the binding on, when everything else is set.
        uint index = NativeMethods.InterfaceIndex(device);
        SystemCall.Check(index == 0 ? -1 : 0, $"find device {device}");
        NativeMethods.PacketAddress address = new()
        {
            Family = NativeMethods.AddressFamilyPacket,
            Protocol = BinaryPrimitives.ReverseEndianness(Ipv4),
            InterfaceIndex = (int)index,
        };
        SystemCall.Check(NativeMethods.Bind(_fd, &address, (uint)sizeof(NativeMethods.PacketAddress)), $"bind to device {device}");
    }

    /// <summary>Receives what is there without waiting. Returns how many packets; they stay until the next call.</summary>
    public int Receive() => _packets.Receive(_fd, 0);

    /// <summary>The packet's first bytes, from the IP header on.</summary>
    public ReadOnlySpan<byte> Packet(int index) => _packets.Message(index);

    /// <summary>
    /// When the packet arrived, by the wall clock, in nanoseconds since 1970; 0 where the kernel did not say. It begins to stamp
    /// a moment after the first socket of the machine asks for it (net_enable_timestamp switches the code on from a work queue).
    /// </summary>
    public long StampUnixNs(int index) => _packets.StampUnixNs(index, out _);

    /// <summary>Packets that found no room in the buffer since this was last asked.</summary>
    public long ReadDrops()
    {
        uint* statistics = stackalloc uint[2];
        uint length = 2 * sizeof(uint);
        return NativeMethods.GetSocketOption(_fd, NativeMethods.SolPacket, NativeMethods.PacketStatistics, statistics, &length) == 0 ? statistics[1] : 0;
    }

    public void Dispose()
    {
        _ = NativeMethods.Close(_fd);
        _packets.Dispose();
    }

    private void Set(int level, int option, int value, string what) =>
        SystemCall.Check(NativeMethods.SetSocketOption(_fd, level, option, &value, sizeof(int)), what);
}
