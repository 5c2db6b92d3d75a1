using System.Net;
using System.Net.NetworkInformation;
using CsCheck;
using PacketDotNet;
using Plumbline.DataPlanes;
using Plumbline.Paths;
using Plumbline.Trials.Sending;

namespace Plumbline.NodeProbe.Tests;

public sealed class Traffic_specs
{
    private static readonly Gen<(FlowAddress Source, uint Destination)> s_packets = Gen.Select(
        Gen.UInt, Gen.UInt, Gen.UShort[1_024, 65_535],
        (source, destination, port) => (new FlowAddress(new IpAddress(source), port), destination));

    [Fact]
    public void Every_UDP_frame_is_a_valid_packet_with_a_right_checksum() => s_packets.Sample(packet =>
    {
        IPv4Packet ip = Written(ServiceProtocol.Udp, packet);

        UdpPacket udp = ip.Extract<UdpPacket>();
        Assert.Equal(46, ip.TotalLength);
        Assert.Equal((packet.Source.Port, 7_000, 26), (udp.SourcePort, udp.DestinationPort, udp.Length));
    });

    [Fact]
    public void Every_TCP_frame_is_a_valid_SYN_with_right_checksums() => s_packets.Sample(packet =>
    {
        IPv4Packet ip = Written(ServiceProtocol.Tcp, packet);

        TcpPacket tcp = ip.Extract<TcpPacket>();
        Assert.Equal(40, ip.TotalLength);
        Assert.True(tcp.ValidTcpChecksum);
        Assert.True(tcp.Synchronize);
        Assert.False(tcp.Acknowledgment || tcp.Reset);
        Assert.Equal((packet.Source.Port, 7_000), (tcp.SourcePort, tcp.DestinationPort));
    });

    [Fact]
    public void What_a_SYN_half_opened_is_ended_by_a_RST_with_the_next_sequence_number() => s_packets.Sample(packet =>
    {
        TcpPacket syn = Written(ServiceProtocol.Tcp, packet).Extract<TcpPacket>();
        ProbeFrame frame = Frame(ServiceProtocol.Tcp);
        byte[] bytes = new byte[frame.Length];

        Assert.True(frame.WriteRelease(bytes, packet.Source, packet.Destination));

        TcpPacket rst = Parsed(bytes).Extract<TcpPacket>();
        Assert.True(rst.ValidTcpChecksum);
        Assert.True(rst.Reset);
        Assert.False(rst.Synchronize || rst.Acknowledgment);
        Assert.Equal(
            (syn.SourcePort, syn.DestinationPort, syn.SequenceNumber + 1),
            (rst.SourcePort, rst.DestinationPort, rst.SequenceNumber));
    });

    [Fact]
    public void A_datagram_opens_nothing_that_has_to_be_ended()
    {
        ProbeFrame frame = Frame(ServiceProtocol.Udp);

        Assert.False(frame.WriteRelease(new byte[frame.Length], new FlowAddress(new IpAddress(1), 2_000), 2));
    }

    private static ProbeFrame Frame(ServiceProtocol protocol) => new(
        protocol, PhysicalAddress.Parse("02-00-00-00-00-01"), PhysicalAddress.Parse("02-00-00-00-00-02"), 7_000);

    private static IPv4Packet Written(ServiceProtocol protocol, (FlowAddress Source, uint Destination) packet)
    {
        ProbeFrame frame = Frame(protocol);
        byte[] bytes = new byte[frame.Length];
        frame.Write(bytes, packet.Source, packet.Destination);
        IPv4Packet ip = Parsed(bytes);
        Assert.True(ip.ValidIPChecksum);
        Assert.Equal(packet.Source.Ip.ToString(), ip.SourceAddress.ToString());
        Assert.Equal(IPAddress.Parse(Ipv4.Format(packet.Destination)), ip.DestinationAddress);
        return ip;
    }

    private static IPv4Packet Parsed(byte[] frame) =>
        Packet.ParsePacket(LinkLayers.Ethernet, frame).Extract<IPv4Packet>();
}
