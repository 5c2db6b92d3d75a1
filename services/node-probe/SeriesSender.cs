using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.NodeProbe.Traffic;
using Plumbline.Probing;
using Plumbline.Probing.Stages;
using Plumbline.Trials;
using Plumbline.Trials.Noise;
using Plumbline.Trials.Sending;

namespace Plumbline.NodeProbe;

/// <summary>Sends a trial's flows, each once, in series of a warm-up and the measured packets.</summary>
internal sealed class SeriesSender : IDisposable
{
    private readonly TrialScene _scene;
    private readonly CancellationToken _token;
    private readonly ITrafficGenerator _generator;
    private readonly string _reason;
    private int _next;
    private double _askedPps = double.PositiveInfinity;

    /// <param name="pktgenObstacle">Why pktgen cannot be used here; null when it can.</param>
    public SeriesSender(TrialScene scene, string? pktgenObstacle, CancellationToken token)
    {
        _scene = scene;
        _token = token;
        (_generator, _reason) =
            TrafficGenerators.Open(scene.Trial, scene.Entry, scene.Targets, TrialScene.SendingCpu, pktgenObstacle);
    }

    /// <summary>What sends, and why it was chosen.</summary>
    public (string Name, string Reason) Generator => (_generator.Name, _reason);

    /// <summary>Warms up, finds the rate, and measures with one probe. The stage probe counts the packets.</summary>
    /// <param name="probe">Attached.</param>
    public SentSeries Send(ITimingProbe probe)
    {
        MeasureTrial trial = _scene.Trial;
        StageProbe stage = _scene.Stage;
        SendRun warm = Send(trial.WarmupPackets, double.PositiveInfinity);
        _askedPps = _scene.RateAfter(warm);
        stage.ReadSettledPackets(warm.Sent);
        stage.Reset();
        probe.Reset();

        // Other tasks may take the CPU between the packets and the reading of its counters, which is no noise.
        using RealTimePriority? priority = RealTimePriority.TryTake();
        SenderCounters before = SenderCounters.Read(TrialScene.SendingCpu);
        SendRun run = Send(trial.Packets, _askedPps);
        PacketCounts packets = stage.ReadSettledPackets(run.Sent);
        SenderNoise noise = SenderCounters.Read(TrialScene.SendingCpu).Since(before);
        ProbeReading reading = probe.Read();
        Series series = new()
        {
            Run = run,
            AskedRatePps = _askedPps,
            Counts = Series.CountsOf(trial.Measure, run, packets, reading.Stages[^1].Count),
            Histograms = reading.Stages,
            Report = reading.Report,
            Flags = reading.Flags,
        };
        return new SentSeries(series, stage.Read().Stages[^1].MedianNs(), noise);
    }

    /// <summary>
    /// Sends unmeasured flows, to find what programs cost. It leaves the flows of further series and their shares.
    /// </summary>
    /// <param name="left">Number of probes that still get a share, this one included.</param>
    /// <returns>Number of packets.</returns>
    public long SendShare(int left)
    {
        int ofSeries = (left - 1) * (_scene.Trial.WarmupPackets + _scene.Trial.Packets);
        return Send((_scene.Trial.Flows - _next - ofSeries) / left, _askedPps).Sent;
    }

    /// <summary>Releases what was sent.</summary>
    public void Dispose()
    {
        _generator.Release(_next);
        _generator.Dispose();
    }

    private SendRun Send(int packets, double ratePps)
    {
        int first = _next;
        _next += packets;
        return _generator.Send(first, packets, ratePps, _token);
    }
}

/// <summary>A series as it was sent.</summary>
/// <param name="MedianTotalNs">A median packet's whole way by the stage probe; null for too few packets.</param>
/// <param name="Noise">Other work on the sending CPU.</param>
internal sealed record SentSeries(Series Series, double? MedianTotalNs, SenderNoise Noise)
{
    public SentSeries WithCost(ProgramCost cost) => With(Series.Report! with { Cost = cost });

    /// <summary>States how much longer a median packet takes than in a series without the probe.</summary>
    public SentSeries ComparedTo(SentSeries? without) => without is null
        ? this
        : With(Series.Report! with { AddsNs = MedianTotalNs - without.MedianTotalNs });

    private SentSeries With(KernelProbeReport report) => this with { Series = Series with { Report = report } };
}
