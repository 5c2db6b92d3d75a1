using System.Globalization;
using System.Text.RegularExpressions;

namespace Plumbline.NodeProbe.Traffic.Pktgen;

/// <summary>What a device's file says about its run so far.</summary>
/// <param name="Sent">Packets that the device took.</param>
/// <param name="Errors">Packets that it refused.</param>
/// <param name="Elapsed">From the start of the schedule to its end, or to now.</param>
/// <param name="DelayNs">Time from packet to packet; 0 for none.</param>
internal sealed partial record PktgenReport(long Sent, long Errors, TimeSpan Elapsed, long DelayNs)
{
    /// <summary>Reads the text of the file. Pure.</summary>
    /// <exception cref="PktgenException">The text is not what pktgen writes.</exception>
    public static PktgenReport Parse(string text)
    {
        Match counts = Counts().Match(text), times = Times().Match(text), delay = Delay().Match(text);
        return counts.Success && times.Success && delay.Success
            ? new PktgenReport(
                Number(counts, 1),
                Number(counts, 2),
                TimeSpan.FromMicroseconds(Number(times, 2) - Number(times, 1)),
                Number(delay, 1))
            : throw new PktgenException($"pktgen's report has an unknown format: {text}");
    }

    private static long Number(Match match, int group) =>
        long.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"pkts-sofar: (\d+)\s+errors: (\d+)")]
    private static partial Regex Counts();

    [GeneratedRegex(@"started: (\d+)us\s+stopped: (\d+)us")]
    private static partial Regex Times();

    [GeneratedRegex(@"delay: (\d+)")]
    private static partial Regex Delay();
}
