using System.Net;
using System.Net.NetworkInformation;
using CsCheck;
using PacketDotNet;
using Plumbline.NodeProbe.Traffic;
using Plumbline.DataPlanes;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.NodeProbe.Tests;

public sealed class Traffic_specs
{
    [Fact]
    public void Every_frame_is_a_valid_UDP_packet_with_a_right_checksum() =>
        Gen.Select(Gen.UInt, Gen.UInt, Gen.UShort[1_024, 65_535]).Sample((source, destination, port) =>
        {
            PhysicalAddress from = PhysicalAddress.Parse("02-00-00-00-00-01");
            UdpFrame frame = new(from, PhysicalAddress.Parse("02-00-00-00-00-02"), 7_000);
            byte[] bytes = new byte[UdpFrame.Length];
            frame.Write(bytes, new FlowAddress(new IpAddress(source), port), destination);

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
