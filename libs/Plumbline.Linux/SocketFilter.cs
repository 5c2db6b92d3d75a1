using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Plumbline.Linux;

/// <summary>
/// Classic BPF on a socket (SO_ATTACH_FILTER). The kernel runs the program on each packet before it queues it, so a
/// refused packet wakes nobody. Offsets count from the start of the socket's protocol: the Ethernet header on
/// AF_PACKET, the UDP header on a UDP socket. A program that loads from beyond the packet's end refuses the packet.
/// </summary>
public static unsafe class SocketFilter
{
    private const int AttachFilter = 26;

    /// <summary>
    /// Attaches the program and replaces an earlier one. Do this before bind, so that no packet gets past it.
    /// </summary>
    /// <exception cref="Win32Exception">
    /// The kernel refuses the program (EINVAL: it jumps past its end, or does not end with a return).
    /// </exception>
    public static void Attach(Socket socket, ReadOnlySpan<FilterInstruction> program) =>
        Attach(socket.SafeHandle, program);

    internal static void Attach(SafeHandle socket, ReadOnlySpan<FilterInstruction> program)
    {
        fixed (FilterInstruction* instructions = program)
        {
            Program argument = new() { Length = checked((ushort)program.Length), Instructions = instructions };
            SystemCall.Check(
                NativeMethods.SetSocketOption(
                    socket, NativeMethods.SolSocket, AttachFilter, &argument, (uint)sizeof(Program)),
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

/// <summary>
/// One classic BPF instruction (struct sock_filter). Jumps go forward and count the instructions to skip.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct FilterInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Value)
{
    // Sums of class, size, mode and operation from <linux/bpf_common.h>.
    private const ushort LoadWordCode = 0x20;
    private const ushort LoadHalfWordCode = 0x28;
    private const ushort LoadByteCode = 0x30;
    private const ushort LoadLengthCode = 0x80;
    private const ushort JumpEqualCode = 0x15;
    private const ushort JumpAtLeastCode = 0x35;
    private const ushort JumpAnyBitCode = 0x45;
    private const ushort ReturnCode = 0x06;

    /// <summary>Accepts the whole packet.</summary>
    public static readonly FilterInstruction Accept = new(ReturnCode, 0, 0, uint.MaxValue);

    /// <summary>Refuses the packet.</summary>
    public static readonly FilterInstruction Drop = new(ReturnCode, 0, 0, 0);

    /// <summary>Loads the packet's length in bytes, counted from offset 0.</summary>
    public static readonly FilterInstruction LoadLength = new(LoadLengthCode, 0, 0, 0);

    /// <summary>Loads four bytes in network order at a byte offset.</summary>
    public static FilterInstruction LoadWord(int offset) => new(LoadWordCode, 0, 0, (uint)offset);

    /// <summary>Loads two bytes in network order at a byte offset.</summary>
    public static FilterInstruction LoadHalfWord(int offset) => new(LoadHalfWordCode, 0, 0, (uint)offset);

    /// <summary>Loads the byte at a byte offset.</summary>
    public static FilterInstruction LoadByte(int offset) => new(LoadByteCode, 0, 0, (uint)offset);

    /// <summary>Compares the loaded number with the value.</summary>
    public static FilterInstruction JumpIfEqual(uint value, byte ifTrue, byte ifFalse) =>
        new(JumpEqualCode, ifTrue, ifFalse, value);

    /// <summary>Compares the loaded number with the value, unsigned.</summary>
    public static FilterInstruction JumpIfAtLeast(uint value, byte ifTrue, byte ifFalse) =>
        new(JumpAtLeastCode, ifTrue, ifFalse, value);

    /// <summary>Tests the loaded number for any bit of the mask.</summary>
    public static FilterInstruction JumpIfAnyBit(uint mask, byte ifTrue, byte ifFalse) =>
        new(JumpAnyBitCode, ifTrue, ifFalse, mask);
}
