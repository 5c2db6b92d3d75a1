using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Linux;
using Plumbline.DataPlanes;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.Bench;

/// <summary>hping3 as users run it, from the client's address. The kernel answers each SYN-ACK with a RST.</summary>
internal static partial class Hping
{
    public static bool IsThere => Tool.Find("hping3") is not null;

    /// <summary>Round trips that it prints, in ns.</summary>
    /// <param name="firstPort">Source port of the first packet. Each later one uses the next port.</param>
    public static async Task<long[]> RunAsync(
        TrafficEntry entry, uint destination, int firstPort, int probes, CancellationToken token)
    {
        string output = await Tool.RunAsync(
            entry.Sender,
            "hping3",
            [
                "-S", "-p", entry.DestinationPort.ToString(CultureInfo.InvariantCulture),
                "-c", probes.ToString(CultureInfo.InvariantCulture),
                "-i", "u2000", "-s", firstPort.ToString(CultureInfo.InvariantCulture), Ipv4.Format(destination),
            ],
            token: token);
        return [.. Rtt().Matches(output).Select(
            match => (long)(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * 1e6))];
    }

    [GeneratedRegex(@"rtt=([0-9.]+) ms")]
    private static partial Regex Rtt();
}
