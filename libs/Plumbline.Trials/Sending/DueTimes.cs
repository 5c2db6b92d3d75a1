namespace Plumbline.Trials.Sending;

/// <summary>
/// When packets of an open-loop schedule are due: each somewhere within its own interval. Packets at equal distances
/// keep the same phase to the ticks of the kernel and the hypervisor, so that in one trial every 20th packet meets a
/// tick and in the next none does. Samples at varied distances see each phase equally often (RFC 2330, section 11.1).
/// Pure.
/// </summary>
public static class DueTimes
{
    /// <summary>
    /// The golden ratio. Its multiples' fractions fill the interval evenly, in whatever period one looks at them
    /// (Weyl's sequence).
    /// </summary>
    private const double GoldenRatio = 0.618_033_988_749_894_8;

    /// <summary>In ns after the start of the schedule.</summary>
    public static double Ns(int packet, double intervalNs)
    {
        double place = packet * GoldenRatio;
        return (packet + place - Math.Floor(place)) * intervalNs;
    }
}
