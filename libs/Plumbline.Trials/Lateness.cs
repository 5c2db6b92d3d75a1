using HdrHistogram;

namespace Plumbline.Trials;

/// <summary>How late packets left against their schedule.</summary>
public sealed record Lateness(long? P50Ns, long? P99Ns, long? MaxNs)
{
    /// <summary>No packet left, or the sender does not report it.</summary>
    public static readonly Lateness Unknown = new(null, null, null);

    /// <summary>Collects latenesses without allocating.</summary>
    public sealed class Recorder
    {
        private const long HighestNs = 3_600_000_000_000;

        private readonly LongHistogram _histogram = new(HighestNs, 3);

        /// <param name="latenessNs">Below 0 counts as 0: rounding of the schedule can make a packet early.</param>
        public void Record(long latenessNs) => _histogram.RecordValue(Math.Clamp(latenessNs, 0, HighestNs));

        public Lateness Read() => _histogram.TotalCount == 0 ? Unknown : new Lateness(
            _histogram.GetValueAtPercentile(50), _histogram.GetValueAtPercentile(99), _histogram.GetMaxValue());
    }
}
