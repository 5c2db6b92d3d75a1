using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using PacketDotNet;
using Plumbline.Contracts;
using Plumbline.Paths;

namespace Plumbline.Trials.Sending;

/// <summary>
/// The Ethernet frame of a one-way packet: a UDP datagram, or a TCP SYN as round trips have it. It is built once; each
/// packet gets its own addresses and source port.
/// </summary>
public sealed class ProbeFrame
{
    /// <summary>Length of a frame with a UDP datagram. One with a SYN is 54 bytes long.</summary>
    public const int UdpLength = 60;

    private const int IpHeader = 14;
    private const int TransportHeader = 34;
    private const int ChecksumOffset = IpHeader + 10;
    private const int SourceIpOffset = IpHeader + 12;
    private const int DestinationIpOffset = IpHeader + 16;
    private const int PayloadLength = UdpLength - TransportHeader - 8;

    /// <summary>No other packet has the flow, so one number does for all.</summary>
    private const uint Sequence = 1;

    private readonly byte[] _template;

    /// <summary>Null for UDP.</summary>
    private readonly TcpSynHeader? _syn;

    /// <summary>
    /// The checksum's fixed part (RFC 1071): the IP header's 16-bit words without addresses and checksum.
    /// </summary>
    private readonly uint _headerSum;

    public ProbeFrame(
        ServiceProtocol protocol, PhysicalAddress source, PhysicalAddress destination, int destinationPort)
    {
        _syn = protocol == ServiceProtocol.Tcp ? new TcpSynHeader(destinationPort) : null;
        EthernetPacket ethernet = new(source, destination, EthernetType.IPv4)
        {
            PayloadPacket = new IPv4Packet(IPAddress.Any, IPAddress.Any)
            {
                TimeToLive = 64,
                PayloadPacket = _syn is null ? Datagram(destinationPort) : TcpSynHeader.Template(destinationPort),
            },
        };
        ethernet.PayloadPacket.UpdateCalculatedValues();
        ethernet.PayloadPacket.PayloadPacket.UpdateCalculatedValues();
        _template = ethernet.Bytes;
        if (_syn is null)
        {
            // No UDP checksum, which would change with the addresses: RFC 768 allows that over IPv4.
            _template.AsSpan(TransportHeader + 6, 2).Clear();
        }

        _template.AsSpan(ChecksumOffset, 10).Clear();
        for (int offset = IpHeader; offset < TransportHeader; offset += 2)
        {
            _headerSum += BinaryPrimitives.ReadUInt16BigEndian(_template.AsSpan(offset));
        }
    }

    public int Length => _template.Length;

    /// <summary>Writes one packet's frame. <paramref name="destinationIp"/> is in host byte order.</summary>
    public void Write(Span<byte> frame, FlowAddress source, uint destinationIp)
    {
        WriteAddresses(frame, source, destinationIp);
        _syn?.Write(frame[TransportHeader..], source, destinationIp, Sequence);
    }

    /// <summary>Writes the frame that ends what a packet half opened. False for UDP, which opens nothing.</summary>
    public bool WriteRelease(Span<byte> frame, FlowAddress source, uint destinationIp)
    {
        WriteAddresses(frame, source, destinationIp);
        _syn?.WriteRelease(frame[TransportHeader..], source, destinationIp, Sequence);
        return _syn is not null;
    }

    private static UdpPacket Datagram(int destinationPort)
    {
        byte[] payload = new byte[PayloadLength];
        Encoding.ASCII.GetBytes(EchoProtocol.NoEcho).CopyTo(payload, 0);
        return new UdpPacket(0, (ushort)destinationPort) { PayloadData = payload };
    }

    private void WriteAddresses(Span<byte> frame, FlowAddress source, uint destinationIp)
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
        BinaryPrimitives.WriteUInt16BigEndian(frame[TransportHeader..], source.Port);
    }
}
