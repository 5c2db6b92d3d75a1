using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Plumbline.Linux;

/// <summary>
/// An AF_PACKET socket that sends whole Ethernet frames out of one device, many with one system call (sendmmsg), past the
/// queueing discipline. It receives nothing. Opened in the namespace of the calling thread.
/// </summary>
public sealed unsafe class PacketSocket : IDisposable
{
    private readonly int _fd;
    private readonly byte* _frames;
    private readonly NativeMethods.IoVector* _vectors;
    private readonly NativeMethods.MultiMessageHeader* _messages;

    /// <param name="device">Device to send out of.</param>
    /// <param name="frameLength">Length of every frame in bytes.</param>
    /// <param name="batch">Frames that one call can send.</param>
    /// <exception cref="Win32Exception">No such device, or not permitted (CAP_NET_RAW).</exception>
    public PacketSocket(string device, int frameLength, int batch)
    {
        FrameLength = frameLength;
        Batch = batch;
        _fd = SystemCall.Check(
            NativeMethods.Socket(NativeMethods.AddressFamilyPacket, NativeMethods.SocketRaw | NativeMethods.SocketCloseOnExec, 0),
            "open an AF_PACKET socket");

        uint index = NativeMethods.InterfaceIndex(device);
        SystemCall.Check(index == 0 ? -1 : 0, $"find device {device}");
        NativeMethods.PacketAddress address = new() { Family = NativeMethods.AddressFamilyPacket, InterfaceIndex = (int)index };
        SystemCall.Check(NativeMethods.Bind(_fd, &address, (uint)sizeof(NativeMethods.PacketAddress)), $"bind to device {device}");
        int on = 1;
        SystemCall.Check(
            NativeMethods.SetSocketOption(_fd, NativeMethods.SolPacket, NativeMethods.PacketQdiscBypass, &on, sizeof(int)),
            "set PACKET_QDISC_BYPASS");

        _frames = (byte*)NativeMemory.AllocZeroed((nuint)(frameLength * batch));
        _vectors = (NativeMethods.IoVector*)NativeMemory.AllocZeroed((nuint)batch, (nuint)sizeof(NativeMethods.IoVector));
        _messages = (NativeMethods.MultiMessageHeader*)NativeMemory.AllocZeroed(
            (nuint)batch, (nuint)sizeof(NativeMethods.MultiMessageHeader));
        for (int i = 0; i < batch; i++)
        {
            _vectors[i] = new NativeMethods.IoVector { Base = _frames + (i * frameLength), Length = (nuint)frameLength };
            _messages[i].Header = new NativeMethods.MessageHeader { Vectors = &_vectors[i], VectorCount = 1 };
        }
    }

    public int FrameLength { get; }

    public int Batch { get; }

    /// <summary>The bytes of frame <paramref name="index"/> of the batch, to be written before <see cref="Send"/>.</summary>
    public Span<byte> Frame(int index) => new(_frames + (index * FrameLength), FrameLength);

    /// <summary>Sends the first <paramref name="count"/> frames. Returns how many the kernel took, 0 when it refused the first.</summary>
    public int Send(int count)
    {
        int sent = NativeMethods.SendMessages(_fd, _messages, (uint)count, 0);
        return Math.Max(sent, 0);
    }

    public void Dispose()
    {
        _ = NativeMethods.Close(_fd);
        NativeMemory.Free(_frames);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_messages);
        GC.SuppressFinalize(this);
    }
}
