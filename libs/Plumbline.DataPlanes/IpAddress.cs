using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Plumbline.DataPlanes;

/// <summary>
/// An IPv4 or IPv6 address that can be counted on from: the address after it is one more. A value, so that a send loop
/// allocates nothing for it. Only code that writes IPv4 headers, filters or rules asks for the number behind it.
/// </summary>
public readonly record struct IpAddress : IComparable<IpAddress>
{
    private readonly UInt128 _number;

    private IpAddress(AddressFamily family, UInt128 number) => (Family, _number) = (family, number);

    /// <param name="ipv4">In host byte order.</param>
    public IpAddress(uint ipv4)
        : this(AddressFamily.InterNetwork, ipv4)
    {
    }

    public AddressFamily Family { get; }

    /// <summary>The address as a number in host byte order.</summary>
    /// <exception cref="InvalidOperationException">It is not an IPv4 address.</exception>
    public uint Ipv4Number => Family == AddressFamily.InterNetwork
        ? (uint)_number
        : throw new InvalidOperationException($"{this} is not an IPv4 address");

    /// <exception cref="FormatException">The text is not an address.</exception>
    public static IpAddress Parse(string text)
    {
        if (!text.Contains(':', StringComparison.Ordinal))
        {
            return new IpAddress(Ipv4.Parse(text));
        }

        // .NET would take a port or a scope, too.
        bool isAddress = !text.AsSpan().ContainsAny('[', '%') & IPAddress.TryParse(text, out IPAddress? parsed);
        return isAddress && parsed!.AddressFamily == AddressFamily.InterNetworkV6
            ? new IpAddress(parsed.AddressFamily, BinaryPrimitives.ReadUInt128BigEndian(parsed.GetAddressBytes()))
            : throw new FormatException($"'{text}' is not an IP address");
    }

    /// <summary>The address that many further on.</summary>
    public IpAddress Plus(long addresses) => Family == AddressFamily.InterNetwork
        ? new IpAddress((uint)(_number + (UInt128)addresses))
        : new IpAddress(Family, _number + (UInt128)addresses);

    /// <summary>
    /// How many addresses this one is behind another; null where their families differ, or it is before the other.
    /// </summary>
    public UInt128? DistanceFrom(IpAddress other) =>
        Family == other.Family && _number >= other._number ? _number - other._number : null;

    public IPAddress ToIPAddress()
    {
        if (Family == AddressFamily.InterNetwork)
        {
            return new IPAddress(BinaryPrimitives.ReverseEndianness(Ipv4Number));
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _number);
        return new IPAddress(bytes);
    }

    public int CompareTo(IpAddress other) =>
        Family == other.Family ? _number.CompareTo(other._number) : Family.CompareTo(other.Family);

    public override string ToString() => Family == AddressFamily.InterNetwork
        ? Ipv4.Format((uint)_number)
        : ToIPAddress().ToString();

    public static bool operator <(IpAddress left, IpAddress right) => left.CompareTo(right) < 0;

    public static bool operator <=(IpAddress left, IpAddress right) => left.CompareTo(right) <= 0;

    public static bool operator >(IpAddress left, IpAddress right) => left.CompareTo(right) > 0;

    public static bool operator >=(IpAddress left, IpAddress right) => left.CompareTo(right) >= 0;
}
