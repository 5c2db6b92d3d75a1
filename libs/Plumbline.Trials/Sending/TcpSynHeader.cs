using System.Buffers.Binary;
using PacketDotNet;
using Plumbline.Paths;

namespace Plumbline.Trials.Sending;

/// <summary>The TCP header of a SYN without options, and of the RST that ends what the SYN half opened.</summary>
public sealed class TcpSynHeader
{
    public const int Length = 20;

    /// <summary>IP protocol number.</summary>
    public const byte Protocol = 6;

    private const int ChecksumOffset = 16;
    private const int Syn = 0x02;
    private const int Rst = 0x04;
    private const int Ack = 0x10;

    private readonly byte[] _template;

    /// <summary>
    /// The checksum's fixed part (RFC 1071): 16-bit words of pseudo and TCP header that never change.
    /// </summary>
    private readonly uint _fixedSum = Protocol + (uint)Length;

    public TcpSynHeader(int destinationPort)
    {
        _template = Template(destinationPort).Bytes;
        _template.AsSpan(ChecksumOffset, 2).Clear();
        for (int offset = 0; offset < Length; offset += 2)
        {
            _fixedSum += BinaryPrimitives.ReadUInt16BigEndian(_template.AsSpan(offset));
        }
    }

    /// <summary>The SYN's header, before it has addresses.</summary>
    public static TcpPacket Template(int destinationPort) =>
        new(0, (ushort)destinationPort) { Synchronize = true, WindowSize = 64_240 };

    /// <param name="header">Where to write.</param>
    /// <param name="destination">In host byte order.</param>
    public void Write(Span<byte> header, FlowAddress source, uint destination, uint sequence) =>
        Write(header, source, destination, sequence, Syn);

    /// <summary>
    /// A RST with the sequence number that the endpoint expects next, so that it forgets the half-open connection at
    /// once.
    /// </summary>
    public void WriteRelease(Span<byte> header, FlowAddress source, uint destination, uint sequence) =>
        Write(header, source, destination, sequence + 1, Rst);

    /// <summary>
    /// Whether a TCP header answers the SYN with that sequence: a SYN-ACK or a RST that acknowledges it (RFC 9293,
    /// 3.5).
    /// </summary>
    public static bool Answers(ReadOnlySpan<byte> header, uint sequence) =>
        header.Length >= Length
            && (header[13] & (Syn | Rst)) != 0
            && (header[13] & Ack) != 0
            && BinaryPrimitives.ReadUInt32BigEndian(header[8..]) == sequence + 1;

    private void Write(Span<byte> header, FlowAddress source, uint destination, uint sequence, byte flags)
    {
        _template.CopyTo(header);
        BinaryPrimitives.WriteUInt16BigEndian(header, source.Port);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], sequence);
        header[13] = flags;
        uint sum = _fixedSum - Syn + flags + source.Port
            + Words(source.Ip.Ipv4Number) + Words(destination) + Words(sequence);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(header[ChecksumOffset..], (ushort)~sum);
    }

    private static uint Words(uint value) => (value >> 16) + (value & 0xffff);
}
