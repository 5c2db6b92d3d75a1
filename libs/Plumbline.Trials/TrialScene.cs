using Plumbline.Contracts;
using Plumbline.Histograms;
using Plumbline.Paths;
using Plumbline.Probing;
using Plumbline.Probing.Stages;
using Plumbline.Trials.Noise;

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

    /// <summary>Sends control packets; null when the trial has none.</summary>
    public ControlSender? Control { get; init; }

    /// <summary>
    /// The CPU to send on. The kernel handles the packets there too. The runtime uses the other CPUs.
    /// </summary>
    public static int SendingCpu => CpuChoice.OfProcess.Cpu;

    /// <summary>
    /// The rate to ask for: what the trial asks, but no more than half of what a median packet of the warm-up allows.
    /// Work of others on the CPU makes some packets long, which says nothing about the rate that can be kept. With cold
    /// caches, emptying them takes far longer than a packet, and is in the rate that was reached.
    /// </summary>
    public double RateAfter(SendRun warmUp)
    {
        double possiblePps = Trial.Cell.Cache == CacheState.Warm && warmUp.MedianSendNs is > 0 and var ns
            ? 1e9 / ns
            : warmUp.AchievedRatePps;
        return warmUp.Sent > 0 ? Math.Min(Trial.RatePps, RateHeadroom * possiblePps) : Trial.RatePps;
    }

    /// <summary>
    /// Sends control packets right before and right after the packets of <paramref name="send"/>, from the calling
    /// thread. The stage probe must be attached. It is reset before and after <paramref name="send"/>.
    /// </summary>
    public (T Sent, ControlReading? Control) WithControl<T>(Func<T> send)
    {
        if (Control is null)
        {
            return (send(), null);
        }

        LatencyHistogram before = Control.Send(Entry.Identity);
        T sent = send();
        return (sent, ControlReadings.Of(before, Control.Send(Entry.Identity)));
    }
}
