using Plumbline.Contracts;
using Plumbline.Probing;
using Plumbline.Probing.Stages;

namespace Plumbline.Trials;

/// <summary>
/// Packets, round trips or requests that a trial sent in a row, what became of them, and their latencies. Each kernel
/// probe that times a trial has a series of its own, so that no probe's programs slow another's packets down.
/// </summary>
public sealed record Series
{
    public required SendRun Run { get; init; }

    /// <summary>Packets a second; 0 when each waited for the answer to the one before.</summary>
    public required double AskedRatePps { get; init; }

    public required TrialCounts Counts { get; init; }

    /// <summary>One for each stage that the trial asked for.</summary>
    public required IReadOnlyList<NamedHistogram> Histograms { get; init; }

    /// <summary>What the kernel probe that timed the series adds; null when none timed it.</summary>
    public KernelProbeReport? Report { get; init; }

    /// <summary>Why the kernel probe's figures cannot be trusted; empty when they can.</summary>
    public IReadOnlyList<FlagReason> Flags { get; init; } = [];

    /// <summary>Where every packet went that was sent while the stage probe counted.</summary>
    /// <param name="measured">Packets in the histograms.</param>
    public static TrialCounts CountsOf(
        Measure measure, SendRun run, PacketCounts packets, long measured, AnswerCounts? answers = null) => new()
        {
            Sent = run.Sent,
            SendErrors = run.Errors,
            Arrived = packets.Arrived,
            Measured = measured,
            FirstPackets = packets.First,
            NotFirstPackets = packets.NotFirst,
            Untracked = packets.Untracked,
            Translated = packets.Translated,
            WithoutRoute = packets.WithoutRoute,
            LostByReason = packets.LostByReason,

            // A request is many packets, so the number of requests says nothing about missing packets.
            Unaccounted = measure == Measure.Grpc ? 0 : run.Sent - packets.Left - packets.Lost,
            Answers = answers,
        };
}
