using System.Buffers.Binary;
using System.Net;
using PacketDotNet;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Raw;

/// <summary>
/// A TCP SYN of 40 bytes. Its answer is a SYN-ACK or a RST that acknowledges its sequence number (RFC 9293, 3.5).
/// </summary>
internal sealed class TcpSynPacket : IProbePacket
{
    private const int IpHeader = 20;
    private const int TcpHeader = 20;
    private const int Syn = 0x02;
    private const int Rst = 0x04;
    private const int Ack = 0x10;

    private readonly byte[] _template;

    /// <summary>
    /// The checksum's fixed part (RFC 1071): 16-bit words of pseudo and TCP header that never change.
    /// </summary>
    private readonly uint _fixedSum;

    public TcpSynPacket(int destinationPort)
    {
        IPv4Packet ip = new(IPAddress.Any, IPAddress.Any)
        {
            TimeToLive = 64,
            PayloadPacket = new TcpPacket(0, (ushort)destinationPort) { Synchronize = true, WindowSize = 64_240 },
        };
        ip.PayloadPacket.UpdateCalculatedValues();
        ip.UpdateCalculatedValues();
        _template = ip.Bytes;
        _template.AsSpan(IpHeader + 16, 2).Clear();

        _fixedSum = Protocol + (uint)TcpHeader;
        for (int offset = IpHeader; offset < Length; offset += 2)
        {
            _fixedSum += BinaryPrimitives.ReadUInt16BigEndian(_template.AsSpan(offset));
        }
    }

    public byte Protocol => 6;

    public int Length => IpHeader + TcpHeader;

    public void Write(Span<byte> packet, FlowAddress source, uint destination, uint sequence) =>
        Write(packet, source, destination, sequence, Syn);

    public bool Answers(ReadOnlySpan<byte> payload, uint sequence) =>
        payload.Length >= TcpHeader
            && (payload[13] & (Syn | Rst)) != 0
            && (payload[13] & Ack) != 0
            && BinaryPrimitives.ReadUInt32BigEndian(payload[8..]) == sequence + 1;

    /// <summary>
    /// A RST with the sequence number that the endpoint expects next, so that it forgets the half-open connection at
    /// once.
    /// </summary>
    public bool WriteRelease(Span<byte> packet, FlowAddress source, uint destination, uint sequence)
    {
        Write(packet, source, destination, sequence + 1, Rst);
        return true;
    }

    private void Write(Span<byte> packet, FlowAddress source, uint destination, uint sequence, byte flags)
    {
        _template.CopyTo(packet);
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], source.Ip.Ipv4Number);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], destination);
        BinaryPrimitives.WriteUInt16BigEndian(packet[IpHeader..], source.Port);
        BinaryPrimitives.WriteUInt32BigEndian(packet[(IpHeader + 4)..], sequence);
        packet[IpHeader + 13] = flags;

        // The kernel writes the IP header's checksum, but not TCP's.
        uint sum = _fixedSum - Syn + flags + source.Port
            + Words(source.Ip.Ipv4Number) + Words(destination) + Words(sequence);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(packet[(IpHeader + 16)..], (ushort)~sum);
    }

    private static uint Words(uint value) => (value >> 16) + (value & 0xffff);
}
