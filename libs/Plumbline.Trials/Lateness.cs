using HdrHistogram;

namespace Plumbline.Trials;

/// <summary>How late packets left against their schedule.</summary>
public sealed record Lateness(long? P50Ns, long? P99Ns, long? MaxNs)
{
    /// <summary>No packet left, or the sender does not report it.</summary>
    public static readonly Lateness Unknown = new(null, null, null);

    /// <summary>Collects latenesses, and how long sends took, without allocating.</summary>
    public sealed class Recorder
    {
        private const long HighestNs = 3_600_000_000_000;

        private readonly LongHistogram _latenesses = new(HighestNs, 3);
        private readonly LongHistogram _sends = new(HighestNs, 3);

        /// <summary>Median time of a packet's send; null when none left.</summary>
        public long? MedianSendNs => _sends.TotalCount == 0 ? null : _sends.GetValueAtPercentile(50);

        /// <param name="latenessNs">Below 0 counts as 0: rounding of the schedule can make a packet early.</param>
        public void Record(long latenessNs) => _latenesses.RecordValue(Math.Clamp(latenessNs, 0, HighestNs));

        /// <param name="ns">How long a packet's send took.</param>
        public void RecordSend(long ns) => _sends.RecordValue(Math.Clamp(ns, 0, HighestNs));

        public Lateness Read() => _latenesses.TotalCount == 0 ? Unknown : new Lateness(
            _latenesses.GetValueAtPercentile(50), _latenesses.GetValueAtPercentile(99), _latenesses.GetMaxValue());
    }
}
