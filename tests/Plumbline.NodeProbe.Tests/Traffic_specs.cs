using System.Net;
using System.Net.NetworkInformation;
using CsCheck;
using PacketDotNet;
using Plumbline.NodeProbe.Traffic;
using Plumbline.Rules;

namespace Plumbline.NodeProbe.Tests;

public sealed class Traffic_specs
{
    [Fact]
    public void Flows_that_differ_have_addresses_that_differ_and_never_a_privileged_port() =>
        Gen.Select(Gen.Long[0, 2_000_000_000], Gen.Long[0, 2_000_000_000]).Sample((one, other) =>
        {
            FlowAddress first = FlowAddress.Of(one, 0x0AF48001, 32_766);
            FlowAddress second = FlowAddress.Of(other, 0x0AF48001, 32_766);
            Assert.Equal(one == other, first == second);
            Assert.InRange(first.Port, 1_024, 65_535);
            Assert.InRange(first.Ip, 0x0AF48001u, 0x0AF48001u + 32_765);
        });

    [Fact]
    public void A_flow_beyond_the_source_addresses_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FlowAddress.Of(2L * FlowAddress.Ports, 1, 2));

    [Fact]
    public void Every_frame_is_a_valid_UDP_packet_with_a_right_checksum() =>
        Gen.Select(Gen.UInt, Gen.UInt, Gen.UShort[1_024, 65_535]).Sample((source, destination, port) =>
        {
            UdpFrame frame = new(PhysicalAddress.Parse("02-00-00-00-00-01"), PhysicalAddress.Parse("02-00-00-00-00-02"), 7_000);
            byte[] bytes = new byte[UdpFrame.Length];
            frame.Write(bytes, new FlowAddress(source, port), destination);

            Packet parsed = Packet.ParsePacket(LinkLayers.Ethernet, bytes);
            IPv4Packet ip = parsed.Extract<IPv4Packet>();
            UdpPacket udp = parsed.Extract<UdpPacket>();
            Assert.True(ip.ValidIPChecksum);
            Assert.Equal(IPAddress.Parse(Ipv4.Format(source)), ip.SourceAddress);
            Assert.Equal(IPAddress.Parse(Ipv4.Format(destination)), ip.DestinationAddress);
            Assert.Equal(46, ip.TotalLength);
            Assert.Equal(port, udp.SourcePort);
            Assert.Equal(7_000, udp.DestinationPort);
            Assert.Equal(26, udp.Length);
        });
}
