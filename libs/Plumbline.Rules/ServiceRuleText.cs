using Plumbline.Contracts;

namespace Plumbline.Rules;

/// <summary>Finds a Service's rule in what the data plane's tool prints for people. Pure.</summary>
public static class ServiceRuleText
{
    /// <summary>
    /// The line of <c>iptables -t nat -S KUBE-SERVICES</c>, or the element of <c>nft list map ip kube-proxy service-ips</c>, that
    /// matches the rule's address, protocol and port; null when there is none.
    /// </summary>
    public static string? Find(TextReader listing, DataPlane dataPlane, ServiceRule rule)
    {
        string ip = Ipv4.Format(rule.ClusterIp);
        string protocol = rule.Protocol.WireName();
        return dataPlane == DataPlane.Nftables
            ? FindElement(listing, $"{ip} . {protocol} . {rule.Port} ")
            : FindLine(listing, $" -d {ip}/32 -p {protocol} ", $" --dport {rule.Port} ");
    }

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
