using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using PacketDotNet;
using Plumbline.Contracts;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.NodeProbe.Traffic;

/// <summary>
/// A 60-byte UDP frame. It is built once; each packet gets its own addresses and source port.
/// </summary>
internal sealed class UdpFrame
{
    public const int Length = 60;

    private const int ChecksumOffset = 24;
    private const int SourceIpOffset = 26;
    private const int DestinationIpOffset = 30;
    private const int SourcePortOffset = 34;
    private const int PayloadLength = 18;

    private readonly byte[] _template;

    /// <summary>
    /// The checksum's fixed part (RFC 1071): the IP header's 16-bit words without addresses and checksum.
    /// </summary>
    private readonly uint _headerSum;

    public UdpFrame(PhysicalAddress source, PhysicalAddress destination, int destinationPort)
    {
        byte[] payload = new byte[PayloadLength];
        Encoding.ASCII.GetBytes(EchoProtocol.NoEcho).CopyTo(payload, 0);
        EthernetPacket ethernet = new(source, destination, EthernetType.IPv4)
        {
            PayloadPacket = new IPv4Packet(IPAddress.Any, IPAddress.Any)
            {
                TimeToLive = 64,
                PayloadPacket = new UdpPacket(0, (ushort)destinationPort) { PayloadData = payload },
            },
        };
        ethernet.PayloadPacket.UpdateCalculatedValues();
        ethernet.PayloadPacket.PayloadPacket.UpdateCalculatedValues();
        _template = ethernet.Bytes;

        // No UDP checksum, which would change with the addresses: RFC 768 allows that over IPv4.
        _template.AsSpan(40, 2).Clear();
        _template.AsSpan(ChecksumOffset, 10).Clear();
        for (int offset = 14; offset < 34; offset += 2)
        {
            _headerSum += BinaryPrimitives.ReadUInt16BigEndian(_template.AsSpan(offset));
        }
    }

    /// <summary>
    /// Writes one packet's frame. <paramref name="destinationIp"/> is in host byte order.
    /// </summary>
    public void Write(Span<byte> frame, FlowAddress source, uint destinationIp)
    {
        _template.CopyTo(frame);
        uint sourceIp = source.Ip.Ipv4Number;
        uint sum = _headerSum + (sourceIp >> 16) + (sourceIp & 0xffff)
            + (destinationIp >> 16) + (destinationIp & 0xffff);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame[ChecksumOffset..], (ushort)~sum);
        BinaryPrimitives.WriteUInt32BigEndian(frame[SourceIpOffset..], sourceIp);
        BinaryPrimitives.WriteUInt32BigEndian(frame[DestinationIpOffset..], destinationIp);
        BinaryPrimitives.WriteUInt16BigEndian(frame[SourcePortOffset..], source.Port);
    }
}
