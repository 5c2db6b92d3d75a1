using System.ComponentModel;

namespace Plumbline.Linux;

/// <summary>
/// Copies the IPv4 packets that arrive on one device and pass a filter. The kernel stamps each on its arrival
/// (SO_TIMESTAMPING, software). The socket sees packets before netfilter does, so it also sees those that a rule drops.
/// It opens in the network namespace of the calling thread.
/// </summary>
public sealed unsafe class CaptureSocket : IDisposable
{
    private const int ReceiveSoftware = 1 << 3;
    private const int Software = 1 << 4;
    private const ushort Ipv4 = 0x0800;
    private const int Batch = 64;
    private const int PacketLength = 128;
    private const int BufferBytes = 32 << 20;

    private readonly NativeSocket _socket;
    private readonly MessageBatch _packets = new(Batch, PacketLength);

    /// <param name="filter">Sees a packet from its IP header on.</param>
    /// <exception cref="Win32Exception">
    /// The device does not exist, or the process lacks CAP_NET_RAW or CAP_NET_ADMIN.
    /// </exception>
    public CaptureSocket(string device, FilterInstruction[] filter) => _socket = NativeSocket.Open(
        NativeMethods.AddressFamilyPacket,
        NativeMethods.SocketDatagram | NativeMethods.SocketNonBlocking,
        0,
        "an AF_PACKET socket",
        socket =>
        {
            SocketFilter.Attach(socket, filter);
            socket.SetOption(NativeMethods.SolSocket, NativeMethods.ReceiveBufferForce, BufferBytes, "SO_RCVBUFFORCE");
            socket.SetOption(
                NativeMethods.SolSocket, NativeMethods.Timestamping, ReceiveSoftware | Software, "SO_TIMESTAMPING");
            socket.SetOption(NativeMethods.SolPacket, NativeMethods.PacketIgnoreOutgoing, 1, "PACKET_IGNORE_OUTGOING");

            // Last: packets arrive from the bind on, and by then the filter must be in place.
            socket.BindTo(device, Ipv4);
        });

    /// <summary>
    /// Receives the packets that are queued, without waiting. Returns their number; they last until the next call.
    /// </summary>
    public int Receive() => _packets.Receive(_socket, 0);

    /// <summary>The packet's first bytes, from the IP header on.</summary>
    public ReadOnlySpan<byte> Packet(int index) => _packets.Message(index);

    /// <summary>
    /// When the packet arrived, by the wall clock, in nanoseconds since 1970; 0 if the kernel did not stamp it. The
    /// kernel starts to stamp a moment after the machine's first socket asks for it: net_enable_timestamp switches the
    /// code on from a work queue.
    /// </summary>
    public long StampUnixNs(int index) => _packets.StampUnixNs(index, out _);

    /// <summary>Packets lost because the receive buffer was full, since the last call.</summary>
    public long ReadDrops()
    {
        uint* statistics = stackalloc uint[2];
        uint length = 2 * sizeof(uint);
        int error = NativeMethods.GetSocketOption(
            _socket, NativeMethods.SolPacket, NativeMethods.PacketStatistics, statistics, &length);
        return error == 0 ? statistics[1] : 0;
    }

    public void Dispose() => _socket.Dispose();
}
