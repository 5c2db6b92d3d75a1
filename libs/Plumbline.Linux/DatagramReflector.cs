using System.Runtime.InteropServices;

namespace Plumbline.Linux;

/// <summary>
/// Sends datagrams of a UDP socket back to where they came from, from the address they were sent to (IP_PKTINFO, to be on).
/// .NET can say to which address a datagram came, but cannot answer from it. Allocates once.
/// </summary>
public sealed unsafe class DatagramReflector : IDisposable
{
    private const int LargestDatagram = 65_536;
    private const int ControlLength = 64;
    private const int Interrupted = 4;

    private readonly int _fd;
    private readonly byte* _datagram = (byte*)NativeMemory.Alloc(LargestDatagram);
    private readonly byte* _control = (byte*)NativeMemory.Alloc(ControlLength);

    /// <param name="fd">Of a blocking socket that stays open as long as this object is used.</param>
    public DatagramReflector(int fd) => _fd = fd;

    /// <summary>Waits for a datagram. Returns false when the socket was shut down or fails.</summary>
    /// <param name="isWanted">Asked once a datagram is there; it is sent back where it says so.</param>
    public bool ReflectNext(Func<bool> isWanted)
    {
        NativeMethods.InternetAddress sender;
        NativeMethods.IoVector vector = new() { Base = _datagram, Length = LargestDatagram };
        NativeMethods.MessageHeader message = new()
        {
            Name = &sender,
            NameLength = (uint)sizeof(NativeMethods.InternetAddress),
            Vectors = &vector,
            VectorCount = 1,
            Control = _control,
            ControlLength = ControlLength,
        };
        nint length = NativeMethods.ReceiveMessage(_fd, &message, 0);
        if (length < 0)
        {
            return Marshal.GetLastPInvokeError() == Interrupted;
        }

        if (!isWanted())
        {
            return false;
        }

        // The message goes back as it came. Its struct in_pktinfo now gives the source address; the interface, its first field,
        // is left to the routes. What the kernel will not send is lost, as a datagram may be.
        vector.Length = (nuint)length;
        if (message.ControlLength > 0)
        {
            *(int*)(_control + sizeof(NativeMethods.ControlHeader)) = 0;
        }

        _ = NativeMethods.SendMessage(_fd, &message, 0);
        return true;
    }

    public void Dispose()
    {
        NativeMemory.Free(_datagram);
        NativeMemory.Free(_control);
    }
}
