using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.NodeProbe.Traffic;
using Plumbline.NodeProbe.Traffic.Pktgen;
using Plumbline.Probing;
using Plumbline.Trials;
using Plumbline.Trials.Sending;

namespace Plumbline.NodeProbe;

/// <summary>
/// Packets on their way through the node, timed there by kernel probes. Each probe has a series of packets of its
/// own, sent right after the one before and to the same targets, so that no probe's programs slow another's packets
/// down.
/// </summary>
internal sealed class OneWayMethod : ITrialMethod
{
    /// <summary>The generator of a trial that sends nothing. Otherwise the measurement names it.</summary>
    public string Generator => GeneratorKind.AfPacket.WireName();

    public string TimedBy(MeasureTrial trial) => trial.Timing.InOneWord();

    public async Task<Measurement> MeasureAsync(TrialScene scene, CancellationToken token)
    {
        string? pktgenObstacle =
            scene.Trial.Generator == GeneratorKind.AfPacket
            || TrafficGenerators.Unsendable(scene.Trial.Cell) is not null
                ? null
                : await PktgenModule.LoadAsync(token);
        await using ReplyGuard? guard = await ReplyGuard.StartIfNeededAsync(scene.Trial, scene.Entry, token);
        Measurement measured = await scene.Entry.Sender.RunAsync(() => Measure(scene, pktgenObstacle, token));
        if (scene.EmptyChains is not { } empty)
        {
            return measured;
        }

        TrialScene calibration = scene with { Entry = empty };
        IReadOnlyList<Series> calibrated =
            await empty.Sender.RunAsync(() => Calibrate(calibration, pktgenObstacle, token));
        return measured with { Series = [.. measured.Series, .. calibrated] };
    }

    /// <summary>
    /// Sends a series for each probe, on a thread in the sender's namespace. A baseline always has the stage probe's
    /// series, and measures what that probe's programs cost.
    /// </summary>
    private static Measurement Measure(TrialScene scene, string? pktgenObstacle, CancellationToken token)
    {
        MeasureTrial trial = scene.Trial;
        CpuAffinity.PinThread(TrialScene.SendingCpu);
        using SeriesSender sender = new(scene, pktgenObstacle, token);
        (List<SentSeries> sent, ControlReading? control) = scene.WithControl(() => Send(scene, sender));
        if (trial.Cell.IsBaseline)
        {
            sent[0] = sent[0].WithCost(Cost([scene.Stage], sender, left: 1));
        }

        return new Measurement
        {
            Cpu = TrialScene.SendingCpu,
            Noise = sent[0].Noise,
            Control = control,
            Generator = sender.Generator,
            Series = [.. sent.Select(each => Asked(trial, each.Series))],
        };
    }

    /// <summary>Sends a series for each probe that times the trial.</summary>
    private static List<SentSeries> Send(TrialScene scene, SeriesSender sender)
    {
        MeasureTrial trial = scene.Trial;
        List<SentSeries> sent = [];
        if (trial.Timing.HasFlag(Timing.Stage) || trial.Cell.IsBaseline)
        {
            sent.Add(sender.Send(scene.Stage));
        }

        if (!trial.Cell.IsBaseline)
        {
            SentSeries? stage = sent.FirstOrDefault();
            sent.AddRange(scene.FurtherProbes.Select(
                probe => probe.WhileAttached(() => sender.Send(probe).ComparedTo(stage))));
        }

        return sent;
    }

    /// <summary>A baseline times stages even when the trial asks for others only. Such stages are no result.</summary>
    private static Series Asked(MeasureTrial trial, Series series) =>
        trial.Timing.HasFlag(Timing.Stage) || series.Report?.Probe != Timing.Stage.WireName()
            ? series
            : series with { Histograms = [] };

    /// <summary>
    /// Measures what further probes add and cost, on a node with empty chains, where there is something for them to
    /// see.
    /// </summary>
    private static List<Series> Calibrate(TrialScene scene, string? pktgenObstacle, CancellationToken token)
    {
        CpuAffinity.PinThread(TrialScene.SendingCpu);
        scene.Stage.Aim(scene.Entry.Identity);
        using SeriesSender sender = new(scene, pktgenObstacle, token);
        SentSeries without = sender.Send(scene.Stage);
        List<Series> calibrated = [];
        for (int left = scene.FurtherProbes.Count; left > 0; left--)
        {
            ITimingProbe probe = scene.FurtherProbes[^left];
            calibrated.Add(probe.WhileAttached(() =>
            {
                SentSeries with = sender.Send(probe).ComparedTo(without);
                return with.WithCost(Cost([scene.Stage, probe], sender, left)).Series;
            }));
        }

        return calibrated;
    }

    private static ProgramCost Cost(IReadOnlyList<IKernelProbe> probes, SeriesSender sender, int left) =>
        probes.MeasureCost(() => sender.SendShare(left));
}
