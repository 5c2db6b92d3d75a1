using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Paths;
using Plumbline.Probing;
using Plumbline.Probing.Stages;

namespace Plumbline.Trials;

/// <summary>What a trial is measured on.</summary>
/// <param name="Stage">Counts what becomes of the packets, whatever times them.</param>
public sealed record TrialScene(MeasureTrial Trial, TrafficEntry Entry, Targets Targets, StageProbe Stage)
{
    private const double RateHeadroom = 0.5;

    /// <summary>The kernel probes that the trial asks for beside the stage probe: loaded, but not attached.</summary>
    public IReadOnlyList<ITimingProbe> FurtherProbes { get; init; } = [];

    /// <summary>
    /// A node with empty chains, to calibrate further probes on; null unless the trial is a one-way baseline.
    /// </summary>
    public TrafficEntry? EmptyChains { get; init; }

    /// <summary>
    /// The CPU to send on. The kernel handles the packets there too. The runtime uses the other CPUs.
    /// </summary>
    public static int SendingCpu => AllowedCpus.OfProcess.Last;

    /// <summary>
    /// The rate to ask for: what the trial asks, but no more than half of what the warm-up reached without waiting.
    /// </summary>
    public double RateAfter(SendRun warmUp) =>
        warmUp.Sent > 0 ? Math.Min(Trial.RatePps, RateHeadroom * warmUp.AchievedRatePps) : Trial.RatePps;
}
