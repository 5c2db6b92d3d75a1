using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Plumbline.Linux;

/// <summary>
/// Classic BPF on a socket (SO_ATTACH_FILTER): the kernel asks the program about each packet before it is queued, so what the
/// program refuses wakes nobody. Offsets count from where the socket's protocol begins: the Ethernet header on AF_PACKET, the
/// UDP header on a UDP socket. A program that loads from beyond the packet's end refuses the packet.
/// </summary>
public static unsafe class SocketFilter
{
    private const int AttachFilter = 26;

    /// <summary>Attaches the program in place of the socket's earlier one. Before bind, so that no packet gets past it.</summary>
    /// <exception cref="Win32Exception">The kernel refuses the program (EINVAL: a jump past its end, or no return as its last).</exception>
    public static void Attach(Socket socket, ReadOnlySpan<FilterInstruction> program) =>
        Attach((int)socket.SafeHandle.DangerousGetHandle(), program);

    /// <inheritdoc cref="Attach(Socket, ReadOnlySpan{FilterInstruction})"/>
    public static void Attach(int fd, ReadOnlySpan<FilterInstruction> program)
    {
        fixed (FilterInstruction* instructions = program)
        {
            Program argument = new() { Length = checked((ushort)program.Length), Instructions = instructions };
            SystemCall.Check(
                NativeMethods.SetSocketOption(fd, NativeMethods.SolSocket, AttachFilter, &argument, (uint)sizeof(Program)),
                "attach a socket filter");
        }
    }

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort Length;
        public FilterInstruction* Instructions;
    }
}

/// <summary>One classic BPF instruction (struct sock_filter). Jumps count the instructions skipped, forward only.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct FilterInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Value)
{
    // Class, size, mode and operation as <linux/bpf_common.h> adds them up.
    private const ushort LoadWordCode = 0x20;
    private const ushort LoadHalfWordCode = 0x28;
    private const ushort LoadByteCode = 0x30;
    private const ushort LoadLengthCode = 0x80;
    private const ushort JumpEqualCode = 0x15;
    private const ushort JumpAtLeastCode = 0x35;
    private const ushort JumpAnyBitCode = 0x45;
    private const ushort ReturnCode = 0x06;

    /// <summary>Returned for a packet that the socket is to have whole.</summary>
    public static readonly FilterInstruction Accept = new(ReturnCode, 0, 0, uint.MaxValue);

    /// <summary>Returned for a packet that the socket is not to have.</summary>
    public static readonly FilterInstruction Drop = new(ReturnCode, 0, 0, 0);

    /// <summary>Loads the packet's length in bytes, headers from offset 0 on included.</summary>
    public static readonly FilterInstruction LoadLength = new(LoadLengthCode, 0, 0, 0);

    /// <summary>Loads four bytes at a byte offset, from network order.</summary>
    public static FilterInstruction LoadWord(int offset) => new(LoadWordCode, 0, 0, (uint)offset);

    /// <summary>Loads two bytes at a byte offset, from network order.</summary>
    public static FilterInstruction LoadHalfWord(int offset) => new(LoadHalfWordCode, 0, 0, (uint)offset);

    /// <summary>Loads the byte at a byte offset.</summary>
    public static FilterInstruction LoadByte(int offset) => new(LoadByteCode, 0, 0, (uint)offset);

    /// <summary>Skips by whether what was loaded is the value.</summary>
    public static FilterInstruction JumpIfEqual(uint value, byte ifTrue, byte ifFalse) => new(JumpEqualCode, ifTrue, ifFalse, value);

    /// <summary>Skips by whether what was loaded is the value or more, unsigned.</summary>
    public static FilterInstruction JumpIfAtLeast(uint value, byte ifTrue, byte ifFalse) => new(JumpAtLeastCode, ifTrue, ifFalse, value);

    /// <summary>Skips by whether what was loaded has any of the mask's bits.</summary>
    public static FilterInstruction JumpIfAnyBit(uint mask, byte ifTrue, byte ifFalse) => new(JumpAnyBitCode, ifTrue, ifFalse, mask);
}
