using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Trials;
using Plumbline.Trials.Sending;

namespace Plumbline.RttProbe.Raw;

/// <summary>
/// Sends probe packets by a schedule or one after the other, and collects their answers. Runs on the calling thread,
/// which spins between packets, with real-time priority if the kernel allows that. The thread must be pinned and in the
/// sender's namespace.
/// </summary>
/// <param name="eviction">Empties the caches after each packet; null to leave them.</param>
internal sealed class Prober(IProbeChannel channel, TimeProvider clock, CacheEviction? eviction = null)
{
    /// <summary>
    /// Ping-pong ends after this many timeouts in a row: a silent target costs a whole timeout for each packet.
    /// </summary>
    public const int MostTimeoutsInARow = 10;

    private static readonly TimeSpan s_graceForDuplicates = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_stampPatience = TimeSpan.FromMilliseconds(50);

    private readonly ProbeStamp[] _stamps = new ProbeStamp[ProbeStamp.Batch];

    public ProbeRun Run(ProbePlan plan, CancellationToken token)
    {
        ProbeLedger ledger = new(plan.Count, (long)plan.Timeout.TotalNanoseconds);
        Lateness.Recorder lateness = new();
        double intervalNs = plan.Pacing == Pacing.OpenLoop ? 1e9 / plan.RatePps : 0;
        long stopSendingNs = plan.MaxDuration is { } most ? (long)most.TotalNanoseconds : long.MaxValue;
        long startNs = NowNs();
        long lastSentNs = 0;
        int next = 0;
        int timeoutsInARow = 0;
        int errno = 0;
        using RealTimePriority? priority = RealTimePriority.TryTake();
        channel.ReadDrops();

        while (!token.IsCancellationRequested)
        {
            Drain(ledger, plan.First);
            long nowNs = NowNs() - startNs;
            bool isSending = next < plan.Count && nowNs < stopSendingNs && timeoutsInARow < MostTimeoutsInARow;
            bool isPingPong = plan.Pacing == Pacing.PingPong;
            if (!isSending)
            {
                // Waits for twice the timeout, to distinguish a late answer from a lost one.
                if (ledger.Outstanding == 0 || nowNs > lastSentNs + (2 * plan.Timeout.TotalNanoseconds))
                {
                    break;
                }
            }
            else if (isPingPong
                ? next == 0 || ledger.IsSettled(next - 1, nowNs + startNs)
                : nowNs >= DueTimes.Ns(next, intervalNs))
            {
                bool timedOut = isPingPong && next > 0 && !ledger.IsAnswered(next - 1);
                timeoutsInARow = timedOut ? timeoutsInARow + 1 : 0;
                if (timeoutsInARow == MostTimeoutsInARow)
                {
                    continue;
                }

                lateness.Record(isPingPong ? 0 : nowNs - (long)DueTimes.Ns(next, intervalNs));
                long sendNs = NowNs();
                ledger.RecordSent(next, sendNs);
                int refused = channel.Send(plan.First + next);
                lastSentNs = NowNs() - startNs;
                lateness.RecordSend(lastSentNs + startNs - sendNs);
                eviction?.Evict();
                if (refused != 0)
                {
                    errno = refused;
                    ledger.RecordRefused(next);
                }

                next++;
                continue;
            }

            Thread.SpinWait(1);
        }

        Settle(ledger, plan.First);
        (AnswerCounts counts, long[] kernelNs, long[] userSpaceNs) = ledger.Read();
        return new ProbeRun
        {
            Send = new SendRun
            {
                Sent = next - ledger.Refusals,
                Errors = ledger.Refusals,
                Elapsed = TimeSpan.FromMicroseconds(lastSentNs / 1e3),
                Lateness = lateness.Read(),
                MedianSendNs = lateness.MedianSendNs,
                Priority = priority is null ? SenderPriority.Normal : SenderPriority.Fifo,
            },
            Errno = errno,
            Answers = counts,
            KernelNs = kernelNs,
            UserSpaceNs = userSpaceNs,
            Drops = channel.ReadDrops(),
        };
    }

    private long NowNs() => clock.GetTimestamp() * (1_000_000_000 / clock.TimestampFrequency);

    private void Drain(ProbeLedger ledger, int first)
    {
        int count;
        do
        {
            count = channel.ReadAnswers(_stamps);
            for (int i = 0; i < count; i++)
            {
                int probe = _stamps[i].Probe;
                int ofThisRun = probe == ProbeStamp.Stray ? ProbeStamp.Stray
                    : probe >= first ? probe - first
                    : int.MaxValue;
                ledger.RecordAnswer(ofThisRun, _stamps[i].UnixNs, NowNs());
            }
        }
        while (count == _stamps.Length);

        do
        {
            count = channel.ReadTransmitted(_stamps);
            for (int i = 0; i < count; i++)
            {
                ledger.RecordTransmitted(_stamps[i].Probe - first, _stamps[i].UnixNs);
            }
        }
        while (count > 0);
    }

    /// <summary>
    /// Waits for second answers to the last packets, and for timestamps that the kernel has not queued yet.
    /// </summary>
    private void Settle(ProbeLedger ledger, int first)
    {
        long start = clock.GetTimestamp();
        do
        {
            Drain(ledger, first);
        }
        while (clock.GetElapsedTime(start) < s_graceForDuplicates
            || (!ledger.IsStamped && clock.GetElapsedTime(start) < s_stampPatience));
    }
}

/// <summary>Which probe packets to send, and how.</summary>
internal sealed record ProbePlan
{
    /// <summary>Number of the channel's first packet to send.</summary>
    public required int First { get; init; }

    public required int Count { get; init; }

    public required Pacing Pacing { get; init; }

    /// <summary>Packets a second; unused by <see cref="Pacing.PingPong"/>.</summary>
    public required double RatePps { get; init; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>No packet is sent later than this after the first; null for no limit.</summary>
    public TimeSpan? MaxDuration { get; init; }
}

/// <summary>The outcome of a run.</summary>
internal sealed record ProbeRun
{
    public required SendRun Send { get; init; }

    /// <summary>The errno of the last packet that the kernel refused; 0 when it accepted all.</summary>
    public required int Errno { get; init; }

    public required AnswerCounts Answers { get; init; }

    /// <summary>Round trips that were answered in time, by kernel timestamps, in the order of sending.</summary>
    public required long[] KernelNs { get; init; }

    /// <summary>The same round trips by the program's clock.</summary>
    public required long[] UserSpaceNs { get; init; }

    /// <summary>Answers that found no room in the receive buffer. They count as lost.</summary>
    public required long Drops { get; init; }
}
