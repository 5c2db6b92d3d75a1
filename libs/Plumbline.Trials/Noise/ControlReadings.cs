using Plumbline.Contracts;
using Plumbline.Histograms;

namespace Plumbline.Trials.Noise;

public static class ControlReadings
{
    public const double Median = 50;
    private const double NineInTen = 90;

    public static ControlReading Of(LatencyHistogram before, LatencyHistogram after)
    {
        LatencyHistogram both = before.Merge(after);
        return new ControlReading
        {
            BeforeP50Ns = before.PercentileNs(Median),
            AfterP50Ns = after.PercentileNs(Median),
            P50Ns = both.PercentileNs(Median),
            P90Ns = both.PercentileNs(NineInTen),
            Packets = both.Count,
        };
    }
}
