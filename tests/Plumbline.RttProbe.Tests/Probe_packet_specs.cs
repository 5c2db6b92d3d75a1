using CsCheck;
using PacketDotNet;
using Plumbline.DataPlanes;
using Plumbline.Paths;
using Plumbline.RttProbe.Raw;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Tests;

public sealed class Probe_packet_specs
{
    private const int Port = 7_000;

    private static readonly Gen<(FlowAddress Source, uint Destination, uint Sequence)> s_probes =
        from ip in Gen.UInt
        from port in Gen.UShort[1, 65_535]
        from destination in Gen.UInt
        from sequence in Gen.UInt
        select (new FlowAddress(new IpAddress(ip), port), destination, sequence);

    [Fact]
    public void Every_SYN_is_a_valid_TCP_packet_with_a_right_checksum() => s_probes.Sample(probe =>
    {
        TcpPacket tcp = Written(new TcpSynPacket(Port), probe).Extract<TcpPacket>();

        Assert.True(tcp.ValidTcpChecksum);
        Assert.True(tcp.Synchronize);
        Assert.False(tcp.Acknowledgment || tcp.Reset);
        Assert.Equal(
            (probe.Source.Port, Port, probe.Sequence), (tcp.SourcePort, tcp.DestinationPort, tcp.SequenceNumber));
    });

    [Fact]
    public void The_packet_that_ends_a_half_open_connection_is_a_valid_RST() => s_probes.Sample(probe =>
    {
        TcpSynPacket syn = new(Port);
        byte[] bytes = new byte[syn.Length];
        Assert.True(syn.WriteRelease(bytes, probe.Source, probe.Destination, probe.Sequence));
        TcpPacket tcp = new IPv4Packet(new(bytes)).Extract<TcpPacket>();

        Assert.True(tcp.ValidTcpChecksum);
        Assert.True(tcp.Reset);
        Assert.False(tcp.Synchronize || tcp.Acknowledgment);
        Assert.Equal(unchecked(probe.Sequence + 1), tcp.SequenceNumber);
    });

    [Fact]
    public void Every_datagram_has_its_addresses_and_sequence() => s_probes.Sample(probe =>
    {
        UdpPacket udp = Written(new UdpEchoPacket(Port), probe).Extract<UdpPacket>();

        Assert.Equal((probe.Source.Port, Port), (udp.SourcePort, udp.DestinationPort));
        Assert.Equal(24, udp.Length);
        Assert.True(new UdpEchoPacket(Port).Answers(udp.Bytes, probe.Sequence));
    });

    [Theory]
    [InlineData(0x12, 1, true)]
    [InlineData(0x14, 1, true)]
    [InlineData(0x12, 0, false)]
    [InlineData(0x12, 2, false)]
    [InlineData(0x14, 2, false)]
    [InlineData(0x10, 1, false)]
    [InlineData(0x02, 1, false)]
    [InlineData(0x04, 1, false)]
    public void Only_a_SYN_ACK_or_RST_that_acknowledges_the_SYN_answers_it(byte flags, uint acknowledged, bool answers)
    {
        TcpPacket answer = new(Port, 2_000) { AcknowledgmentNumber = unchecked(uint.MaxValue + acknowledged) };
        byte[] tcp = answer.Bytes;
        tcp[13] = flags;

        Assert.Equal(answers, new TcpSynPacket(Port).Answers(tcp, uint.MaxValue));
    }

    [Fact]
    public void A_datagram_with_another_sequence_another_mark_or_cut_short_answers_nothing()
    {
        UdpEchoPacket packet = new(Port);
        byte[] bytes = new byte[packet.Length];
        packet.Write(bytes, new FlowAddress(new IpAddress(1), 2_000), 3, 77);
        byte[] udp = bytes[20..];

        Assert.True(packet.Answers(udp, 77));
        Assert.False(packet.Answers(udp, 78));
        Assert.False(packet.Answers(udp.AsSpan(0, 20), 77));
        udp[8] = (byte)'x';
        Assert.False(packet.Answers(udp, 77));
    }

    private static IPv4Packet Written(IProbePacket packet, (FlowAddress Source, uint Destination, uint Sequence) probe)
    {
        byte[] bytes = new byte[packet.Length];
        packet.Write(bytes, probe.Source, probe.Destination, probe.Sequence);
        IPv4Packet ip = new(new(bytes));
        Assert.Equal(probe.Source.Ip.ToString(), ip.SourceAddress.ToString());
        Assert.Equal(Ipv4.Format(probe.Destination), ip.DestinationAddress.ToString());
        Assert.Equal(packet.Length, ip.TotalLength);
        return ip;
    }
}
