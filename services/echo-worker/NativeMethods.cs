using System.Runtime.InteropServices;

namespace Plumbline.EchoWorker;

/// <summary>
/// Receiving and sending one datagram with its control messages. .NET can say to which address a datagram came, but cannot
/// answer from it. Both set errno.
/// </summary>
internal static unsafe partial class NativeMethods
{
    public const int Interrupted = 4;

    /// <summary>sizeof(struct sockaddr_in).</summary>
    public const int SocketAddressLength = 16;

    /// <summary>sizeof(struct cmsghdr); the message's data follows it.</summary>
    public const int ControlHeaderLength = 16;

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(int fd, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(int fd, MessageHeader* message, int flags);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
