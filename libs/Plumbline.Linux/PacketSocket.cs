using System.ComponentModel;

namespace Plumbline.Linux;

/// <summary>
/// An AF_PACKET socket that sends whole Ethernet frames out of one device, many with one system call (sendmmsg). It
/// bypasses the queueing discipline and receives nothing. It opens in the network namespace of the calling thread.
/// </summary>
public sealed unsafe class PacketSocket : IDisposable
{
    private readonly NativeSocket _socket;
    private readonly byte[] _frames;
    private readonly NativeMethods.IoVector[] _vectors;
    private readonly NativeMethods.MultiMessageHeader[] _messages;

    /// <param name="device">Device to send out of.</param>
    /// <param name="frameLength">Length of every frame in bytes.</param>
    /// <param name="batch">Frames that one call can send.</param>
    /// <exception cref="Win32Exception">The device does not exist, or the process lacks CAP_NET_RAW.</exception>
    public PacketSocket(string device, int frameLength, int batch)
    {
        FrameLength = frameLength;
        _socket = NativeSocket.Open(
            NativeMethods.AddressFamilyPacket, NativeMethods.SocketRaw, 0, "an AF_PACKET socket", socket =>
            {
                socket.BindTo(device, protocol: 0);
                socket.SetOption(NativeMethods.SolPacket, NativeMethods.PacketQdiscBypass, 1, "PACKET_QDISC_BYPASS");
            });

        _frames = PinnedArray.Create<byte>(frameLength * batch);
        _vectors = PinnedArray.Create<NativeMethods.IoVector>(batch);
        _messages = PinnedArray.Create<NativeMethods.MultiMessageHeader>(batch);
        for (int i = 0; i < batch; i++)
        {
            _vectors[i] = new NativeMethods.IoVector
            {
                Base = PinnedArray.AddressOf(_frames) + (i * frameLength),
                Length = (nuint)frameLength,
            };
            _messages[i].Header = new NativeMethods.MessageHeader
            {
                Vectors = PinnedArray.AddressOf(_vectors) + i,
                VectorCount = 1,
            };
        }
    }

    public int FrameLength { get; }

    /// <summary>
    /// The bytes of frame <paramref name="index"/> of the batch. Write them before <see cref="Send"/>.
    /// </summary>
    public Span<byte> Frame(int index) => _frames.AsSpan(index * FrameLength, FrameLength);

    /// <summary>Sends the first frames of the batch.</summary>
    /// <returns>The number of frames that the kernel took; 0 if it refused the first.</returns>
    public int Send(int count)
    {
        int sent = NativeMethods.SendMessages(_socket, PinnedArray.AddressOf(_messages), (uint)count, 0);
        GC.KeepAlive(this);
        return Math.Max(sent, 0);
    }

    public void Dispose() => _socket.Dispose();
}
