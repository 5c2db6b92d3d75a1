using Plumbline.Contracts;
using Plumbline.Trials.Probes;

namespace Plumbline.Trials;

/// <summary>What a trial's sender and timers saw.</summary>
public sealed record Measurement
{
    /// <summary>Nothing was sent.</summary>
    public static readonly Measurement None = new() { Cpu = 0, AskedRatePps = 0, Run = null, Reading = null, Histograms = [] };

    public required int Cpu { get; init; }

    /// <summary>What sent, and why that; null where the method sends in one way only.</summary>
    public (string Name, string Reason)? Generator { get; init; }

    public required double AskedRatePps { get; init; }

    public required SendRun? Run { get; init; }

    /// <summary>What the probe in the kernel counted of the measured packets.</summary>
    public required StageReading? Reading { get; init; }

    public required IReadOnlyList<StageHistogram> Histograms { get; init; }

    /// <summary>Time stolen by the hypervisor on the sending CPU.</summary>
    public long StealNs { get; init; }

    /// <summary>Null where nothing is answered.</summary>
    public AnswerCounts? Answers { get; init; }

    /// <summary>Mean time of a run of the probe's programs, and runs for each packet.</summary>
    public (double RunNs, double RunsPerPacket)? ProbeCost { get; init; }

    /// <summary>What the attached probe adds to a median round trip.</summary>
    public double? ProbeAddsNs { get; init; }

    /// <summary>Where every packet of the trial went.</summary>
    public TrialCounts Counts(ProbeKind kind)
    {
        long sent = Run?.Sent ?? 0;
        return new TrialCounts
        {
            Sent = sent,
            SendErrors = Run?.Errors ?? 0,
            Arrived = Reading?.Arrived ?? 0,
            Measured = Histograms.FirstOrDefault(each => each.Stage == Whole(kind))?.Count ?? 0,
            FirstPackets = Reading?.First ?? 0,
            NotFirstPackets = Reading?.NotFirst ?? 0,
            Untracked = Reading?.Untracked ?? 0,
            Translated = Reading?.Translated ?? 0,
            LostByReason = Reading?.LostByReason ?? new Dictionary<string, long>(),

            // A request is many packets, so nothing follows from their number.
            Unaccounted = kind == ProbeKind.Grpc ? 0 : sent - (Reading?.Left ?? 0) - (Reading?.Lost ?? 0),
            Answers = Answers,
        };
    }

    /// <summary>The stage that every measured packet, probe or request is in.</summary>
    private static Stage Whole(ProbeKind kind) => kind switch
    {
        ProbeKind.OneWay => Stage.Total,
        ProbeKind.RoundTrip => Stage.RoundTrip,
        _ => Stage.GrpcTotal,
    };
}
