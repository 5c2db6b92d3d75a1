using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Plumbline.Linux;

/// <summary>
/// System calls that .NET has no API for. All set errno. A handle goes as a pointer where C takes an int: descriptors
/// are small and not negative, so both look the same in a register.
/// </summary>
internal static unsafe partial class NativeMethods
{
    public const int CloneNewNet = 0x40000000;
    public const int AddressFamilyPacket = 17;
    public const int SocketRaw = 3;
    public const int SocketCloseOnExec = 0x80000;
    public const int SolPacket = 263;
    public const int PacketQdiscBypass = 20;
    public const int PacketIgnoreOutgoing = 23;
    public const int PacketStatistics = 6;
    public const int AddressFamilyInet = 2;
    public const int AddressFamilyNetlink = 16;
    public const int NetlinkNetfilter = 12;
    public const int SocketDatagram = 2;
    public const int SocketNonBlocking = 0x800;
    public const int ProtocolRaw = 255;
    public const int SolSocket = 1;
    public const int ReceiveBufferForce = 33;
    public const int Timestamping = 37;
    public const int SolIp = 0;
    public const int IpReceiveError = 11;
    public const int MessageErrorQueue = 0x2000;
    public const int MessageDontWait = 0x40;
    public const int SchedulerOther = 0;
    public const int SchedulerFifo = 1;
    public const int SchedulerResetOnFork = 0x40000000;

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    public static partial int SetNamespace(SafeHandle file, int type);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    public static partial int SetAffinity(int pid, nuint size, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    public static partial int SetScheduler(int pid, int policy, int* priority);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUserId();

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(SafeHandle socket, PacketAddress* address, uint length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetSocketOption(SafeHandle socket, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMessages(SafeHandle socket, MultiMessageHeader* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSocketOption(SafeHandle socket, int level, int option, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    public static partial nint SendTo(
        SafeHandle socket, byte* packet, nuint length, int flags, InternetAddress* to, uint toLength);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(SafeHandle socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMessages(
        SafeHandle socket, MultiMessageHeader* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(SafeHandle socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(SafeHandle socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int fd);

    [LibraryImport(
        "libc", EntryPoint = "if_nametoindex", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint InterfaceIndex(string name);

    /// <summary>struct sockaddr_ll.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PacketAddress
    {
        public ushort Family;
        public ushort Protocol;
        public int InterfaceIndex;
        public ushort HardwareType;
        public byte PacketType;
        public byte AddressLength;
        public ulong Address;
    }

    /// <summary>struct sockaddr_in; address and port in network byte order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct InternetAddress
    {
        public ushort Family;
        public ushort Port;
        public uint Address;
        private readonly ulong _padding;
    }

    /// <summary>struct cmsghdr; its data follows.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }

    /// <summary>struct timespec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>struct sock_extended_err.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ExtendedError
    {
        public uint Errno;
        public byte Origin;
        public byte Type;
        public byte Code;
        public byte Padding;
        public uint Info;
        public uint Data;
    }

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
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;

        /// <summary>C pads the struct to its pointers' alignment. That matters within mmsghdr.</summary>
        private readonly uint _padding;
    }

    /// <summary>struct mmsghdr: a message and the number of bytes sent or received.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MultiMessageHeader
    {
        public MessageHeader Header;
        public uint Length;
        private readonly uint _padding;
    }
}
