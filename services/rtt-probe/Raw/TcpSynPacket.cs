using System.Buffers.Binary;
using System.Net;
using PacketDotNet;
using Plumbline.Paths;
using Plumbline.Trials.Sending;

namespace Plumbline.RttProbe.Raw;

/// <summary>A TCP SYN of 40 bytes. The kernel writes the IP header's checksum, but not TCP's.</summary>
internal sealed class TcpSynPacket : IProbePacket
{
    private const int IpHeader = 20;

    private readonly byte[] _ip;
    private readonly TcpSynHeader _header;

    public TcpSynPacket(int destinationPort)
    {
        _header = new TcpSynHeader(destinationPort);
        IPv4Packet ip = new(IPAddress.Any, IPAddress.Any)
        {
            TimeToLive = 64,
            PayloadPacket = TcpSynHeader.Template(destinationPort),
        };
        ip.UpdateCalculatedValues();
        _ip = ip.Bytes[..IpHeader];
    }

    public byte Protocol => TcpSynHeader.Protocol;

    public int Length => IpHeader + TcpSynHeader.Length;

    public void Write(Span<byte> packet, FlowAddress source, uint destination, uint sequence)
    {
        WriteIp(packet, source, destination);
        _header.Write(packet[IpHeader..], source, destination, sequence);
    }

    public bool Answers(ReadOnlySpan<byte> payload, uint sequence) => TcpSynHeader.Answers(payload, sequence);

    public bool WriteRelease(Span<byte> packet, FlowAddress source, uint destination, uint sequence)
    {
        WriteIp(packet, source, destination);
        _header.WriteRelease(packet[IpHeader..], source, destination, sequence);
        return true;
    }

    private void WriteIp(Span<byte> packet, FlowAddress source, uint destination)
    {
        _ip.CopyTo(packet);
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], source.Ip.Ipv4Number);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], destination);
    }
}
