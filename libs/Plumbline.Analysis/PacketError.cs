using Plumbline.Histograms;

namespace Plumbline.Analysis;

/// <summary>
/// How uncertain a percentile of one trial is by its number of packets alone: the interval between two ranks, whatever
/// the distribution (David and Nagaraja, Order Statistics, 2003, section 7.1).
/// </summary>
internal static class PacketError
{
    /// <summary>Half width of a 95 % interval, in standard deviations.</summary>
    private const double Normal = 1.96;

    /// <summary>Standard deviation of the percentile's logarithm. 0 for a mean.</summary>
    public static double Of(MeasuredLatency latency, Statistic statistic)
    {
        if (statistic.Share() is not { } share || latency.Count == 0)
        {
            return 0;
        }

        LatencyHistogram histogram = latency.ToLatencies();
        double half = Normal * Math.Sqrt(share * (1 - share) * latency.Count);
        double low = NsOf((share * latency.Count) - half);
        return low > 0 ? Math.Log(NsOf((share * latency.Count) + half) / low) / (2 * Normal) : 0;

        double NsOf(double rank) => histogram.RankedNs(Math.Clamp((long)Math.Round(rank), 1, latency.Count));
    }
}
