namespace Plumbline.DataPlanes.Tests;

public sealed class Ipv4Tests
{
    [Theory]
    [InlineData("0.0.0.0", 0u)]
    [InlineData("10.96.0.1", 0x0A600001u)]
    [InlineData("255.255.255.255", uint.MaxValue)]
    public void Addresses_are_numbers_in_host_order(string text, uint ip)
    {
        Assert.Equal(ip, Ipv4.Parse(text));
        Assert.Equal(text, Ipv4.Format(ip));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.96.0")]
    [InlineData("10.96.0.1.2")]
    [InlineData("10.96.0.256")]
    [InlineData("10.96.0.-1")]
    [InlineData("10.96. 0.1")]
    [InlineData("::1")]
    public void Anything_else_is_refused_by_name(string text) =>
        Assert.Contains(
            $"'{text}'", Assert.Throws<FormatException>(() => Ipv4.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("10.244.0.0/16", "10.244.0.0", "10.244.255.255")]
    [InlineData("10.200.0.2/32", "10.200.0.2", "10.200.0.2")]
    [InlineData("0.0.0.0/0", "0.0.0.0", "255.255.255.255")]
    public void A_network_has_a_first_and_a_last_address(string cidr, string first, string last) =>
        Assert.Equal((Ipv4.Parse(first), Ipv4.Parse(last)), Ipv4.ParseCidr(cidr));

    [Theory]
    [InlineData("10.244.0.0")]
    [InlineData("10.244.0.0/33")]
    [InlineData("10.244/16")]
    public void A_network_without_address_or_length_is_refused(string cidr) =>
        Assert.Throws<FormatException>(() => Ipv4.ParseCidr(cidr));
}
