using System.Text.RegularExpressions;
using Plumbline.Linux;
using Plumbline.DataPlanes;

namespace Plumbline.Paths.Cluster;

/// <summary>
/// Where pods of a node share a bridge, they look for each other's addresses on it by ARP; so the node answers there for the source
/// addresses, which are behind it. An entry has the probe's role as its protocol number, by which it is found again.
/// <para>
/// The kernel would hold such an answer back for a random time of up to the device's proxy_delay, 0.8 s, and with it all that a pod
/// has for the address. So that is 0 meanwhile, where it is what devices have by default, and the role is a capital where it has to be put back.
/// </para>
/// </summary>
internal static partial class NeighbourProxies
{
    /// <summary>Shows what devices have by default: namespaces but the first have no `default` among the neighbours' settings.</summary>
    private const string DefaultDevice = "lo";

    /// <summary>Does nothing where no device of the node has those addresses on its link.</summary>
    public static async Task AddAsync(NetworkNamespace node, char role, SourcePrefix sources, CancellationToken token)
    {
        string addresses = await Tool.RunAsync(node, "ip", ["-o", "-4", "address", "show"], token: token);
        string[] devices = [.. Address().Matches(addresses).Where(each => HasOnLink(each, sources)).Select(each => each.Groups["device"].Value).Distinct()];
        foreach (string device in devices)
        {
            string delay = await DelayAsync(node, device);
            bool isPutBack = delay != "0" && delay == await DelayAsync(node, DefaultDevice);
            int protocol = isPutBack ? Capital(role) : role;
            await IpBatch.RunAsync(
                node,
                [.. Enumerable.Range(0, sources.Count).Select(number => $"neighbour replace proxy {Ipv4.Format(sources.First + (uint)number)} dev {device} protocol {protocol}")],
                token);
            if (isPutBack)
            {
                await SetDelayAsync(node, device, "0");
            }
        }
    }

    public static async Task RemoveAsync(NetworkNamespace node, char role)
    {
        string all = await Tool.RunAsync(node, "ip", ["neighbour", "show", "proxy"]);
        Match[] ours = [.. Proxy().Matches(all).Where(each => each.Groups["protocol"].Value == $"{(int)role}" || IsPutBack(each))];
        foreach (string device in ours.Where(IsPutBack).Select(each => each.Groups["device"].Value).Distinct())
        {
            await SetDelayAsync(node, device, await DelayAsync(node, DefaultDevice));
        }

        if (ours.Length > 0)
        {
            string[] lines = [.. ours.Select(each => $"neighbour delete proxy {each.Groups["address"].Value} dev {each.Groups["device"].Value}")];
            await IpBatch.RunAsync(node, lines, CancellationToken.None);
        }

        bool IsPutBack(Match each) => each.Groups["protocol"].Value == $"{Capital(role)}";
    }

    private static int Capital(char role) => char.ToUpperInvariant(role);

    private static async Task<string> DelayAsync(NetworkNamespace node, string device) => (await Tool.RunAsync(node, "sysctl", ["-n", DelayOf(device)])).Trim();

    private static Task SetDelayAsync(NetworkNamespace node, string device, string delay) =>
        Tool.RunAsync(node, "sysctl", ["-qw", $"{DelayOf(device)}={delay}"]);

    /// <summary>With slashes, because a device's name may have dots.</summary>
    private static string DelayOf(string device) => $"net/ipv4/neigh/{device}/proxy_delay";

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
