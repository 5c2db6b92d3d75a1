using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Plumbline.Linux;

/// <summary>
/// Sends a UDP socket's datagrams back to their senders, from the address that each was sent to. The socket needs
/// IP_PKTINFO. .NET reports that address but cannot answer from it. Allocates only when it is made.
/// </summary>
/// <param name="socket">A blocking socket.</param>
public sealed unsafe class DatagramReflector(SafeSocketHandle socket)
{
    private const int LargestDatagram = 65_536;
    private const int ControlLength = 64;
    private const int Interrupted = 4;

    private readonly byte[] _datagram = PinnedArray.Create<byte>(LargestDatagram);
    private readonly byte[] _control = PinnedArray.Create<byte>(ControlLength);

    /// <summary>Waits for a datagram and sends it back. Returns false if the socket was shut down or failed.</summary>
    /// <param name="isWanted">Called when a datagram has arrived. If it returns false, nothing is sent back.</param>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    public bool ReflectNext(Func<bool> isWanted)
    {
        NativeMethods.InternetAddress sender;
        NativeMethods.IoVector vector = new() { Base = PinnedArray.AddressOf(_datagram), Length = LargestDatagram };
        byte* control = PinnedArray.AddressOf(_control);
        NativeMethods.MessageHeader message = new()
        {
            Name = &sender,
            NameLength = (uint)sizeof(NativeMethods.InternetAddress),
            Vectors = &vector,
            VectorCount = 1,
            Control = control,
            ControlLength = ControlLength,
        };
        nint length = NativeMethods.ReceiveMessage(socket, &message, 0);
        if (length < 0)
        {
            return Marshal.GetLastPInvokeError() == Interrupted;
        }

        if (!isWanted())
        {
            return false;
        }

        // The message goes back as it came. Its struct in_pktinfo now names the source address. Its first field, the
        // interface, is cleared so that the routes choose one. A datagram that the kernel does not send is lost, as
        // datagrams may be.
        vector.Length = (nuint)length;
        if (message.ControlLength > 0)
        {
            *(int*)(control + sizeof(NativeMethods.ControlHeader)) = 0;
        }

        _ = NativeMethods.SendMessage(socket, &message, 0);
        GC.KeepAlive(this);
        return true;
    }
}
