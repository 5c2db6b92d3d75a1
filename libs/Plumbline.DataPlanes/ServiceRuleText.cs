using Plumbline.Contracts;

namespace Plumbline.DataPlanes;

/// <summary>Finds a Service's rule in what the data plane's tool prints for people. Pure.</summary>
public static class ServiceRuleText
{
    /// <summary>The line of <c>iptables -t nat -S KUBE-SERVICES</c> that is the rule; null when there is none.</summary>
    public static string? FindLine(TextReader listing, ServiceRule rule) => FindLine(
        listing, $" -d {Ipv4.Format(rule.ClusterIp)}/32 -p {rule.Protocol.WireName()} ", $" --dport {rule.Port} ");

    /// <summary>The element of <c>nft list map ip kube-proxy service-ips</c> that is the rule; null when there is none.</summary>
    public static string? FindElement(TextReader listing, ServiceRule rule) =>
        FindElement(listing, $"{Ipv4.Format(rule.ClusterIp)} . {rule.Protocol.WireName()} . {rule.Port} ");

    private static string? FindLine(TextReader listing, string destination, string port)
    {
        while (listing.ReadLine() is { } line)
        {
            if (line.Contains(destination, StringComparison.Ordinal) && line.Contains(port, StringComparison.Ordinal))
            {
                return line;
            }
        }

        return null;
    }

    /// <summary>nft prints one or more elements a line, with commas between them and braces around all.</summary>
    private static string? FindElement(TextReader listing, string key)
    {
        while (listing.ReadLine() is { } line)
        {
            int start = line.IndexOf(key, StringComparison.Ordinal);
            if (start >= 0 && (start == 0 || !char.IsAsciiDigit(line[start - 1])))
            {
                int end = line.IndexOf(',', start);
                return (end < 0 ? line[start..] : line[start..end]).TrimEnd(' ', '}');
            }
        }

        return null;
    }
}
