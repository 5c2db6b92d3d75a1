using System.Net;
using System.Net.Sockets;
using CsCheck;
using Plumbline.DataPlanes;

namespace Plumbline.Paths.Tests;

public sealed class Ip_address_specs
{
    [Fact]
    public void An_IPv4_address_is_its_number_and_its_text() => Gen.UInt.Sample(number =>
    {
        IpAddress ip = new(number);
        Assert.Equal((number, AddressFamily.InterNetwork), (ip.Ipv4Number, ip.Family));
        Assert.Equal(ip, IpAddress.Parse(ip.ToString()));
        Assert.Equal(ip.ToString(), ip.ToIPAddress().ToString());
    });

    [Fact]
    public void An_IPv6_address_is_its_text() => Gen.Byte.Array[16].Sample(bytes =>
    {
        IPAddress expected = new(bytes);
        IpAddress ip = IpAddress.Parse(expected.ToString());
        Assert.Equal(expected, ip.ToIPAddress());
        Assert.Equal(expected.ToString(), ip.ToString());
    });

    [Theory]
    [InlineData("10.244.0.255", 1, "10.244.1.0")]
    [InlineData("10.244.1.0", -1, "10.244.0.255")]
    [InlineData("fd00::ffff:ffff:ffff:ffff", 1, "fd00:0:0:1::")]
    [InlineData("fd00:0:0:1::", -1, "fd00::ffff:ffff:ffff:ffff")]
    public void The_next_address_is_one_further(string from, long addresses, string to)
    {
        IpAddress moved = IpAddress.Parse(from).Plus(addresses);

        Assert.Equal(to, moved.ToString());
        Assert.Equal(addresses > 0, moved > IpAddress.Parse(from));
        Assert.Equal(addresses > 0 ? UInt128.One : null, moved.DistanceFrom(IpAddress.Parse(from)));
    }

    [Fact]
    public void Addresses_of_different_families_are_different_and_have_no_distance()
    {
        (IpAddress four, IpAddress six) = (IpAddress.Parse("0.0.0.1"), IpAddress.Parse("::1"));

        Assert.NotEqual(four, six);
        Assert.Null(four.DistanceFrom(six));
        Assert.Equal(
            "::1 is not an IPv4 address", Assert.Throws<InvalidOperationException>(() => six.Ipv4Number).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.244.0")]
    [InlineData("0x0A.1.1.1")]
    [InlineData("fe80::1%2")]
    [InlineData("[::1]")]
    [InlineData("[::1]:80")]
    public void Anything_else_is_refused(string text) => Assert.Throws<FormatException>(() => IpAddress.Parse(text));
}
