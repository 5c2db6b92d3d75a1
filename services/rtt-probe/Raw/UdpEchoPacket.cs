using System.Buffers.Binary;
using System.Net;
using PacketDotNet;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Raw;

/// <summary>A UDP datagram of 16 bytes. The endpoint's program sends the same datagram back.</summary>
internal sealed class UdpEchoPacket : IProbePacket
{
    private const int IpHeader = 20;
    private const int UdpHeader = 8;
    private const int SequenceOffset = 8;
    private const int PayloadLength = 16;

    private static readonly byte[] s_mark = "plumbrtt"u8.ToArray();

    private readonly byte[] _template;

    public UdpEchoPacket(int destinationPort)
    {
        byte[] payload = new byte[PayloadLength];
        s_mark.CopyTo(payload, 0);
        IPv4Packet ip = new(IPAddress.Any, IPAddress.Any)
        {
            TimeToLive = 64,
            PayloadPacket = new UdpPacket(0, (ushort)destinationPort) { PayloadData = payload },
        };
        ip.PayloadPacket.UpdateCalculatedValues();
        ip.UpdateCalculatedValues();
        _template = ip.Bytes;

        // No UDP checksum: RFC 768 allows that over IPv4.
        _template.AsSpan(IpHeader + 6, 2).Clear();
    }

    public byte Protocol => 17;

    public int Length => IpHeader + UdpHeader + PayloadLength;

    public void Write(Span<byte> packet, FlowAddress source, uint destination, uint sequence)
    {
        _template.CopyTo(packet);
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], source.Ip.Ipv4Number);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], destination);
        BinaryPrimitives.WriteUInt16BigEndian(packet[IpHeader..], source.Port);
        BinaryPrimitives.WriteUInt32BigEndian(packet[(IpHeader + UdpHeader + SequenceOffset)..], sequence);
    }

    public bool Answers(ReadOnlySpan<byte> payload, uint sequence) =>
        payload.Length >= UdpHeader + PayloadLength
            && payload.Slice(UdpHeader, s_mark.Length).SequenceEqual(s_mark)
            && BinaryPrimitives.ReadUInt32BigEndian(payload[(UdpHeader + SequenceOffset)..]) == sequence;

    public bool WriteRelease(Span<byte> packet, FlowAddress source, uint destination, uint sequence) => false;
}
