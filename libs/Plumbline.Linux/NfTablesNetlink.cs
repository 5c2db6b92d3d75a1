using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Plumbline.Linux;

/// <summary>
/// Asks nf_tables by netlink what no file tells. Works in the network namespace of the calling thread, and changes
/// nothing. Messages: include/uapi/linux/netfilter/nf_tables.h.
/// </summary>
public sealed unsafe class NfTablesNetlink : IDisposable
{
    private const int Subsystem = 10 << 8;
    private const ushort GetTable = Subsystem | 1;
    private const ushort GetGeneration = Subsystem | 16;
    private const ushort Error = 2;
    private const ushort Done = 3;
    private const ushort Request = 1;
    private const ushort Dump = 0x300;

    /// <summary>Number of the attribute that is wanted of either answer: NFTA_GEN_ID, NFTA_TABLE_NAME.</summary>
    private const ushort FirstAttribute = 1;
    private const int HeaderBytes = 16;
    private const int BodyBytes = 4;
    private const int AttributeHeaderBytes = 4;
    private const int BufferBytes = 32 << 10;

    private static readonly int[] s_missing = [Errno.NotSupported, Errno.Invalid, Errno.NoProtocol, Errno.NoFamily];

    private readonly NativeSocket? _socket;

    /// <exception cref="Win32Exception">The kernel refuses the socket.</exception>
    public NfTablesNetlink()
    {
        try
        {
            _socket = NativeSocket.Open(
                NativeMethods.AddressFamilyNetlink,
                NativeMethods.SocketRaw,
                NativeMethods.NetlinkNetfilter,
                "a netfilter netlink socket",
                _ => { });
        }
        catch (Win32Exception exception) when (s_missing.Contains(exception.NativeErrorCode))
        {
            // Such a kernel has no nf_tables either.
        }
    }

    /// <summary>
    /// The namespace's generation number, which every transaction raises; null when the kernel has no nf_tables.
    /// </summary>
    /// <exception cref="Win32Exception">The process lacks CAP_NET_ADMIN.</exception>
    public uint? Generation() =>
        Ask(GetGeneration, Request) is [{ Length: sizeof(uint) } number]
            ? BinaryPrimitives.ReadUInt32BigEndian(number)
            : null;

    /// <summary>The names of the namespace's tables, of all families.</summary>
    /// <inheritdoc cref="Generation" path="/exception"/>
    public IReadOnlyList<string> Tables() =>
        [.. Ask(GetTable, Request | Dump).Select(name => Encoding.UTF8.GetString(name).TrimEnd('\0'))];

    public void Dispose() => _socket?.Dispose();

    /// <summary>The wanted attribute of each message that answers.</summary>
    private List<byte[]> Ask(ushort type, ushort flags)
    {
        List<byte[]> found = [];
        if (_socket is null)
        {
            return found;
        }

        Send(type, flags);
        byte[] buffer = PinnedArray.Create<byte>(BufferBytes);
        bool hasEnded = false;
        while (!hasEnded)
        {
            int length = SystemCall.Check(
                (int)NativeMethods.Receive(_socket, PinnedArray.AddressOf(buffer), (nuint)buffer.Length, 0),
                "read from nf_tables");
            hasEnded = Read(buffer.AsSpan(0, length), found) || flags == Request;
        }

        return found;
    }

    private void Send(ushort type, ushort flags)
    {
        Span<byte> request = stackalloc byte[HeaderBytes + BodyBytes];
        request.Clear();
        MemoryMarshal.Write(request, request.Length);
        MemoryMarshal.Write(request[4..], type);
        MemoryMarshal.Write(request[6..], flags);
        fixed (byte* bytes = request)
        {
            SystemCall.Check(
                (int)NativeMethods.SendTo(_socket!, bytes, (nuint)request.Length, 0, null, 0), "ask nf_tables");
        }
    }

    /// <summary>Reads the messages of one datagram. Returns whether the answer ends with it.</summary>
    private static bool Read(ReadOnlySpan<byte> messages, List<byte[]> found)
    {
        while (messages.Length >= HeaderBytes)
        {
            int length = MemoryMarshal.Read<int>(messages);
            ushort type = MemoryMarshal.Read<ushort>(messages[4..]);
            ReadOnlySpan<byte> content = messages[HeaderBytes..length];
            switch (type)
            {
                case Done:
                    return true;
                case Error:
                    int errno = -MemoryMarshal.Read<int>(content);
                    return errno == 0 || s_missing.Contains(errno)
                        ? true
                        : throw new Win32Exception(
                            errno, $"nf_tables does not answer: {Marshal.GetPInvokeErrorMessage(errno)}");
                default:
                    FindAttribute(content[BodyBytes..], found);
                    messages = messages[Math.Min(Aligned(length), messages.Length)..];
                    break;
            }
        }

        return false;
    }

    private static void FindAttribute(ReadOnlySpan<byte> attributes, List<byte[]> found)
    {
        while (attributes.Length >= AttributeHeaderBytes)
        {
            int length = MemoryMarshal.Read<ushort>(attributes);
            if (MemoryMarshal.Read<ushort>(attributes[2..]) == FirstAttribute)
            {
                found.Add(attributes[AttributeHeaderBytes..length].ToArray());
                return;
            }

            attributes = attributes[Math.Min(Aligned(length), attributes.Length)..];
        }
    }

    private static int Aligned(int length) => (length + 3) & ~3;

    private static class Errno
    {
        public const int Invalid = 22;
        public const int NoProtocol = 93;
        public const int NotSupported = 95;
        public const int NoFamily = 97;
    }
}
