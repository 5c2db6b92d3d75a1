using System.Globalization;

namespace Plumbline.DataPlanes;

/// <summary>IPv4 addresses as numbers in host byte order, so that the next address is one more.</summary>
public static class Ipv4
{
    /// <summary>Dotted decimal.</summary>
    public static string Format(uint ip) => $"{ip >> 24}.{(ip >> 16) & 255}.{(ip >> 8) & 255}.{ip & 255}";

    /// <summary>Reads dotted decimal, four numbers of 0 … 255 and nothing else.</summary>
    /// <exception cref="FormatException">The text is not that.</exception>
    public static uint Parse(string text) =>
        TryParse(text, out uint ip) ? ip : throw new FormatException($"'{text}' is not an IPv4 address");

    internal static bool TryParse(ReadOnlySpan<char> text, out uint ip)
    {
        ip = 0;
        int parts = 0;
        foreach (Range range in text.Split('.'))
        {
            if (!byte.TryParse(text[range], NumberStyles.None, CultureInfo.InvariantCulture, out byte part))
            {
                return false;
            }

            ip = (ip << 8) | part;
            parts++;
        }

        return parts == 4;
    }

    /// <summary>First and last address of a network written as <c>a.b.c.d/n</c>.</summary>
    /// <exception cref="FormatException">The text is not that.</exception>
    internal static (uint First, uint Last) ParseCidr(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0
            || !TryParse(text.AsSpan(0, slash), out uint ip)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length > 32)
        {
            throw new FormatException($"'{text}' is not an IPv4 network");
        }

        uint hosts = length == 32 ? 0 : uint.MaxValue >> length;
        return (ip & ~hosts, ip | hosts);
    }
}
