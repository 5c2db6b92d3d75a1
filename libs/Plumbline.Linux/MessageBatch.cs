using System.Runtime.InteropServices;

namespace Plumbline.Linux;

/// <summary>
/// Buffers to receive many messages, with their control messages, in one system call (recvmmsg). Allocates only when it
/// is made.
/// </summary>
internal sealed unsafe class MessageBatch
{
    private const int ControlLength = 256;

    private readonly int _messageLength;
    private readonly byte[] _data;
    private readonly byte[] _control;
    private readonly NativeMethods.IoVector[] _vectors;
    private readonly NativeMethods.MultiMessageHeader[] _messages;

    public MessageBatch(int count, int messageLength)
    {
        _messageLength = messageLength;
        _data = PinnedArray.Create<byte>(count * messageLength);
        _control = PinnedArray.Create<byte>(count * ControlLength);
        _vectors = PinnedArray.Create<NativeMethods.IoVector>(count);
        _messages = PinnedArray.Create<NativeMethods.MultiMessageHeader>(count);
        for (int i = 0; i < count; i++)
        {
            _vectors[i] = new NativeMethods.IoVector
            {
                Base = PinnedArray.AddressOf(_data) + (i * messageLength),
                Length = (nuint)messageLength,
            };
        }
    }

    /// <summary>Receives the messages that are queued, without waiting. Returns their number.</summary>
    public int Receive(SafeHandle socket, int flags)
    {
        for (int i = 0; i < _messages.Length; i++)
        {
            _messages[i].Header = new NativeMethods.MessageHeader
            {
                Vectors = PinnedArray.AddressOf(_vectors) + i,
                VectorCount = 1,
                Control = PinnedArray.AddressOf(_control) + (i * ControlLength),
                ControlLength = ControlLength,
            };
        }

        flags |= NativeMethods.MessageDontWait;
        int received = NativeMethods.ReceiveMessages(
            socket, PinnedArray.AddressOf(_messages), (uint)_messages.Length, flags, null);
        GC.KeepAlive(this);
        return Math.Max(received, 0);
    }

    /// <summary>The message's bytes, cut to the buffer's length.</summary>
    public ReadOnlySpan<byte> Message(int index) => _data.AsSpan(
        index * _messageLength, Math.Min((int)_messages[index].Length, _messageLength));

    /// <summary>
    /// The kernel's software timestamp (SCM_TIMESTAMPING) in nanoseconds since 1970; 0 if there is none.
    /// </summary>
    /// <param name="number">Number of the stamped packet, in messages of the error queue; else 0.</param>
    public long StampUnixNs(int index, out uint number)
    {
        number = 0;
        long stampNs = 0;
        NativeMethods.MessageHeader header = _messages[index].Header;
        byte* at = (byte*)header.Control;
        byte* end = at + header.ControlLength;
        while (at + sizeof(NativeMethods.ControlHeader) <= end)
        {
            NativeMethods.ControlHeader* control = (NativeMethods.ControlHeader*)at;
            byte* data = at + sizeof(NativeMethods.ControlHeader);
            if (control->Level == NativeMethods.SolSocket && control->Type == NativeMethods.Timestamping)
            {
                // The first of three stamps is the software one.
                NativeMethods.TimeSpec* stamp = (NativeMethods.TimeSpec*)data;
                stampNs = (stamp->Seconds * 1_000_000_000) + stamp->Nanoseconds;
            }
            else if (control->Level == NativeMethods.SolIp && control->Type == NativeMethods.IpReceiveError)
            {
                number = ((NativeMethods.ExtendedError*)data)->Data;
            }

            nuint length = (control->Length + 7) & ~(nuint)7;
            if (length == 0)
            {
                break;
            }

            at += length;
        }

        GC.KeepAlive(this);
        return stampNs;
    }
}
