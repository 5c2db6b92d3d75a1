using System.Buffers.Binary;
using System.ComponentModel;
using Microsoft.Win32.SafeHandles;

namespace Plumbline.Linux;

/// <summary>
/// A socket of a kind that <see cref="System.Net.Sockets.Socket"/> does not offer. It closes when it is disposed of.
/// </summary>
internal sealed unsafe class NativeSocket : SafeHandleMinusOneIsInvalid
{
    private NativeSocket(int fd)
        : base(ownsHandle: true) => SetHandle(fd);

    /// <summary>
    /// Opens a socket in the network namespace of the calling thread and sets it up. Closes it if that fails.
    /// </summary>
    /// <param name="kind">What the socket is, for the error message: "an AF_PACKET socket".</param>
    /// <exception cref="Win32Exception">
    /// The kernel refused the socket, or one of its options.
    /// </exception>
    public static NativeSocket Open(int family, int type, int protocol, string kind, Action<NativeSocket> setUp)
    {
        NativeSocket socket = new(SystemCall.Check(
            NativeMethods.Socket(family, type | NativeMethods.SocketCloseOnExec, protocol), $"open {kind}"));
        try
        {
            setUp(socket);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <param name="name">The option's name in C, for the error message.</param>
    public void SetOption(int level, int option, int value, string name) => SystemCall.Check(
        NativeMethods.SetSocketOption(this, level, option, &value, sizeof(int)), $"set {name}");

    /// <summary>Binds an AF_PACKET socket to a device of its network namespace.</summary>
    /// <param name="protocol">EtherType of the packets to receive; 0 receives none.</param>
    public void BindTo(string device, ushort protocol)
    {
        uint index = NativeMethods.InterfaceIndex(device);
        SystemCall.Check(index == 0 ? -1 : 0, $"find device {device}");
        NativeMethods.PacketAddress address = new()
        {
            Family = NativeMethods.AddressFamilyPacket,
            Protocol = BinaryPrimitives.ReverseEndianness(protocol),
            InterfaceIndex = (int)index,
        };
        SystemCall.Check(
            NativeMethods.Bind(this, &address, (uint)sizeof(NativeMethods.PacketAddress)), $"bind to device {device}");
    }

    protected override bool ReleaseHandle() => NativeMethods.Close((int)handle) == 0;
}
