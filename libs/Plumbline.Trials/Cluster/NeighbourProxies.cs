using System.Text.RegularExpressions;
using Plumbline.Linux;
using Plumbline.Rules;

namespace Plumbline.Trials.Cluster;

/// <summary>
/// Where pods of a node share a bridge, they look for each other's addresses on it by ARP; so the node answers there for the source
/// addresses, which are behind it. An entry has the probe's role as its protocol number, by which it is found again.
/// </summary>
internal static partial class NeighbourProxies
{
    /// <summary>Does nothing where no device of the node has those addresses on its link.</summary>
    public static async Task AddAsync(NetworkNamespace node, char role, SourcePrefix sources, CancellationToken token)
    {
        string addresses = await Tool.RunAsync(node, "ip", ["-o", "-4", "address", "show"], token: token);
        string[] devices = [.. Address().Matches(addresses).Where(each => HasOnLink(each, sources)).Select(each => each.Groups["device"].Value).Distinct()];
        string[] lines =
        [
            .. from device in devices
               from number in Enumerable.Range(0, sources.Count)
               select $"neighbour replace proxy {Ipv4.Format(sources.First + (uint)number)} dev {device} protocol {(int)role}",
        ];
        if (lines.Length > 0)
        {
            await IpBatch.RunAsync(node, lines, token);
        }
    }

    public static async Task RemoveAsync(NetworkNamespace node, char role)
    {
        string all = await Tool.RunAsync(node, "ip", ["neighbour", "show", "proxy"]);
        string[] lines =
        [
            .. Proxy().Matches(all).Where(each => each.Groups["protocol"].Value == $"{(int)role}")
                .Select(each => $"neighbour delete proxy {each.Groups["address"].Value} dev {each.Groups["device"].Value}"),
        ];
        if (lines.Length > 0)
        {
            await IpBatch.RunAsync(node, lines, CancellationToken.None);
        }
    }

    private static bool HasOnLink(Match address, SourcePrefix sources)
    {
        int length = int.Parse(address.Groups["length"].Value, System.Globalization.CultureInfo.InvariantCulture);
        return length < sources.Length && (Ipv4.Parse(address.Groups["address"].Value) ^ sources.First) >> (32 - length) == 0;
    }

    /// <summary>As <c>2: cni0    inet 10.244.0.1/24 brd 10.244.0.255 scope global cni0\ …</c>.</summary>
    [GeneratedRegex(@"^\d+: (?<device>\S+) +inet (?<address>[\d.]+)/(?<length>\d+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Address();

    /// <summary>As <c>10.244.0.128 dev cni0 proxy proto 111</c>.</summary>
    [GeneratedRegex(@"^(?<address>[\d.]+) dev (?<device>\S+) .*proto (?<protocol>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Proxy();
}
