using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Trials.Functions;
using Plumbline.Trials.Probes;

namespace Plumbline.Trials;

/// <summary>How one kind of trial sends its packets and times them. What is around that, <see cref="TrialRunner"/> does for all kinds.</summary>
public interface ITrialMethod
{
    /// <summary>What sends, as <see cref="TrialConditions.Generator"/> names it.</summary>
    string Generator { get; }

    /// <summary>What times, as <see cref="TrialConditions.TimedBy"/> names it.</summary>
    string TimedBy(MeasureTrial trial);

    /// <summary>Protocol of the Services that the trial's packets can be sent to.</summary>
    ServiceProtocol ProtocolOf(MeasureTrial trial);

    /// <summary>Sends and times the trial's packets. The scene's probe is attached and aimed at the node.</summary>
    Task<Measurement> MeasureAsync(TrialScene scene, CancellationToken token);
}

/// <summary>What a trial is measured on.</summary>
/// <param name="Probe">Proves first packets, whatever times them.</param>
public sealed record TrialScene(MeasureTrial Trial, TrafficEntry Entry, Targets Targets, StageProbe Probe)
{
    /// <summary>Loaded, but not attached; null where the trial does not ask for it, or it cannot be had.</summary>
    public FunctionProbe? Functions { get; init; }

    /// <summary>Where chains are empty, in a baseline arm with the function probe; else null.</summary>
    public TrafficEntry? EmptyChains { get; init; }

    /// <summary>The CPU to send on. The kernel handles the packets there too. The runtime uses the other CPUs.</summary>
    public static int SendingCpu => AllowedCpus.OfProcess.Last;

    /// <summary>Rate to ask for: at most what the trial asks, and at most half of what the warm-up reached without waiting.</summary>
    public double RateAfter(SendRun warmUp) =>
        warmUp.Sent > 0 ? Math.Min(Trial.RatePps, RateHeadroom * warmUp.AchievedRatePps) : Trial.RatePps;

    private const double RateHeadroom = 0.5;
}
