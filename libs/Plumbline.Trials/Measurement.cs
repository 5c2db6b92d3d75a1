using Plumbline.Contracts;
using Plumbline.Probing.Stages;

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

    public required IReadOnlyList<NamedHistogram> Histograms { get; init; }

    /// <summary>Time stolen by the hypervisor on the sending CPU.</summary>
    public long StealNs { get; init; }

    /// <summary>Null where nothing is answered.</summary>
    public AnswerCounts? Answers { get; init; }

    /// <summary>What the kernel probes of the trial have to add; only baselines measure what they cost.</summary>
    public IReadOnlyList<KernelProbeReport> Probes { get; init; } = [];

    /// <summary>Null where the function probe did not measure.</summary>
    public FunctionSeries? Functions { get; init; }

    /// <summary>Where every packet of the trial went.</summary>
    public TrialCounts Counts(MeasureTrial trial) =>
        Counts(trial.Measure, Run, Reading, Histograms.FirstOrDefault(each => each.Name == Whole(trial).Name)?.Count ?? 0, Answers);

    /// <summary>Where every packet went that a sender sent while the probe counted.</summary>
    public static TrialCounts Counts(Measure kind, SendRun? run, StageReading? reading, long measured, AnswerCounts? answers)
    {
        long sent = run?.Sent ?? 0;
        return new TrialCounts
        {
            Sent = sent,
            SendErrors = run?.Errors ?? 0,
            Arrived = reading?.Arrived ?? 0,
            Measured = measured,
            FirstPackets = reading?.First ?? 0,
            NotFirstPackets = reading?.NotFirst ?? 0,
            Untracked = reading?.Untracked ?? 0,
            Translated = reading?.Translated ?? 0,
            WithoutRoute = reading?.WithoutRoute ?? 0,
            LostByReason = reading?.LostByReason ?? new Dictionary<string, long>(),

            // A request is many packets, so nothing follows from their number.
            Unaccounted = kind == Measure.Grpc ? 0 : sent - (reading?.Left ?? 0) - (reading?.Lost ?? 0),
            Answers = answers,
        };
    }

    /// <summary>The stage that every measured packet, probe or request is in.</summary>
    private static Stage Whole(MeasureTrial trial) => trial.Measure switch
    {
        Measure.OneWay => trial.Timing.HasFlag(Timing.Stage) ? Stage.Total : Stage.RuleFunctions,
        Measure.RoundTrip => Stage.RoundTrip,
        _ => Stage.GrpcTotal,
    };
}
