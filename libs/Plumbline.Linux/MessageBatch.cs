using System.Runtime.InteropServices;

namespace Plumbline.Linux;

/// <summary>Buffers for receiving many messages with one system call (recvmmsg), with their control messages. Allocates once.</summary>
internal sealed unsafe class MessageBatch : IDisposable
{
    private const int ControlLength = 256;

    private readonly int _messageLength;
    private readonly byte* _data;
    private readonly byte* _control;
    private readonly NativeMethods.IoVector* _vectors;
    private readonly NativeMethods.MultiMessageHeader* _messages;

    public MessageBatch(int count, int messageLength)
    {
        Count = count;
        _messageLength = messageLength;
        _data = (byte*)NativeMemory.AllocZeroed((nuint)(count * messageLength));
        _control = (byte*)NativeMemory.AllocZeroed((nuint)(count * ControlLength));
        _vectors = (NativeMethods.IoVector*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(NativeMethods.IoVector));
        _messages = (NativeMethods.MultiMessageHeader*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(NativeMethods.MultiMessageHeader));
        for (int i = 0; i < count; i++)
        {
            _vectors[i] = new NativeMethods.IoVector { Base = _data + (i * messageLength), Length = (nuint)messageLength };
        }
    }

    public int Count { get; }

    /// <summary>Receives what is there without waiting. Returns how many messages, 0 for none.</summary>
    public int Receive(int fd, int flags)
    {
        for (int i = 0; i < Count; i++)
        {
            _messages[i].Header = new NativeMethods.MessageHeader
            {
                Vectors = &_vectors[i],
                VectorCount = 1,
                Control = _control + (i * ControlLength),
                ControlLength = ControlLength,
            };
        }

        return Math.Max(NativeMethods.ReceiveMessages(fd, _messages, (uint)Count, flags | NativeMethods.MessageDontWait, null), 0);
    }

    /// <summary>The message's bytes, as many as fit.</summary>
    public ReadOnlySpan<byte> Message(int index) =>
        new(_data + (index * _messageLength), Math.Min((int)_messages[index].Length, _messageLength));

    /// <summary>
    /// The kernel's software timestamp (SCM_TIMESTAMPING) in nanoseconds since 1970, 0 where it gave none; and, of the error
    /// queue, the number of the packet that it stamps.
    /// </summary>
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
                // The first of three: the software one.
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

        return stampNs;
    }

    public void Dispose()
    {
        NativeMemory.Free(_data);
        NativeMemory.Free(_control);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_messages);
    }
}
