using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Histograms;
using Plumbline.Linux;
using Plumbline.NodeProbe.Traffic;
using Plumbline.NodeProbe.Traffic.Pktgen;
using Plumbline.Paths;
using Plumbline.Trials;
using Plumbline.Probing.Functions;
using Plumbline.Probing.Stages;

namespace Plumbline.NodeProbe;

/// <summary>
/// UDP packets on their way through the node, timed stage by stage within it, or function by function. The function probe's
/// programs would stand in the stages, so it has packets of its own, sent right after the others to the same targets.
/// </summary>
internal sealed class OneWayMethod : ITrialMethod
{
    private const double Median = 50;

    /// <summary>What is used unless a measurement says otherwise.</summary>
    public string Generator => GeneratorKind.AfPacket.WireName();

    public string TimedBy(MeasureTrial trial) => trial.Timing.InOneWord();

    public ServiceProtocol ProtocolOf(MeasureTrial trial) => ServiceProtocol.Udp;

    public async Task<Measurement> MeasureAsync(TrialScene scene, CancellationToken token)
    {
        string? pktgenObstacle = scene.Trial.Generator == GeneratorKind.AfPacket ? null : await PktgenModule.LoadAsync(token);
        Measurement measured = await scene.Entry.Sender.RunAsync(() => Measure(scene, pktgenObstacle, token));
        return scene.EmptyChains is { } empty && scene.Functions is not null
            ? await empty.Sender.RunAsync(() => Calibrate(scene with { Entry = empty }, measured, pktgenObstacle, token))
            : measured;
    }

    /// <summary>On a thread in the sender's namespace: warm up, find the rate, measure; for each probe that times the trial.</summary>
    private static Measurement Measure(TrialScene scene, string? pktgenObstacle, CancellationToken token)
    {
        MeasureTrial trial = scene.Trial;
        CpuAffinity.PinThread(TrialScene.SendingCpu);
        using Sender sender = new(scene, pktgenObstacle, token);
        SentPackets? stage = trial.Timing.HasFlag(Timing.Stage) || trial.Cell.DataPlane == DataPlane.NoRules ? sender.SendSeries() : null;
        ProgramCost? cost = trial.Cell.IsBaseline ? StageCost(scene.Probe, sender) : null;
        FunctionSeries? functions = scene.Functions is { } probe && scene.EmptyChains is null ? MeasureFunctions(probe, sender, stage) : null;
        return MeasurementOf(trial, stage, functions) with { Probes = [.. ReportOf(cost), .. functions is null ? [] : (KernelProbeReport[])[ReportOf(functions)]], Generator = sender.Generator };
    }

    /// <summary>The baseline with the function probe: on empty chains, with it and without.</summary>
    private static Measurement Calibrate(TrialScene scene, Measurement noRules, string? pktgenObstacle, CancellationToken token)
    {
        CpuAffinity.PinThread(TrialScene.SendingCpu);
        scene.Probe.Aim(scene.Entry.IngressIndex, scene.Entry.NodeNetnsInode);
        using Sender sender = new(scene, pktgenObstacle, token);
        SentPackets without = sender.SendSeries();
        FunctionSeries with = MeasureFunctions(scene.Functions!, sender, without);
        bool hasStages = scene.Trial.Timing.HasFlag(Timing.Stage);
        return noRules with
        {
            Histograms = [.. hasStages ? noRules.Histograms : [], with.Functions.PerPacket],
            Functions = with,
            Probes = [.. noRules.Probes, ReportOf(with) with { Cost = CostOf(sender, () => [.. scene.Probe.RunTimes(), .. scene.Functions!.RunTimes()]) }],
        };
    }

    private static FunctionSeries MeasureFunctions(FunctionProbe probe, Sender sender, SentPackets? without)
    {
        probe.Attach();
        SentPackets sent = sender.SendSeries(probe.Reset);
        FunctionReading reading = probe.Read();
        return new FunctionSeries(sent.Run, sent.AskedRatePps, sent.Reading, reading)
        {
            AddsNs = without is null ? null : MedianTotalNs(sent.Reading) - MedianTotalNs(without.Reading),
        };
    }

    private static Measurement MeasurementOf(MeasureTrial trial, SentPackets? stage, FunctionSeries? functions) => new()
    {
        Cpu = TrialScene.SendingCpu,
        AskedRatePps = stage?.AskedRatePps ?? functions?.AskedRatePps ?? 0,
        Run = stage?.Run ?? functions?.Run,
        Reading = stage?.Reading ?? functions?.Stages,
        Histograms = [.. stage?.Reading.Histograms ?? [], .. functions is null ? Array.Empty<NamedHistogram>() : [functions.Functions.PerPacket]],
        StealNs = stage?.StealNs ?? 0,
        Functions = functions,
    };

    private static IEnumerable<KernelProbeReport> ReportOf(ProgramCost? cost) =>
        cost is null ? [] : [new KernelProbeReport { Probe = Timing.Stage.WireName(), Cost = cost }];

    private static KernelProbeReport ReportOf(FunctionSeries series) => series.Functions.Report with { AddsNs = series.AddsNs };

    private static ProgramCost StageCost(StageProbe probe, Sender sender) => CostOf(sender, () => [.. probe.RunTimes()]);

    /// <summary>What each program's runs take while the trial's last packets are sent.</summary>
    private static ProgramCost CostOf(Sender sender, Func<KeyValuePair<string, BpfRunTime>[]> read)
    {
        using BpfRunTimeAccounting accounting = BpfRunTimeAccounting.Start();
        KeyValuePair<string, BpfRunTime>[] before = read();
        long sent = sender.SendAccounted();
        return new ProgramCost(sent,
        [
            .. before.Zip(read(), (then, now) =>
                new ProgramRuns(now.Key, now.Value.RunCount - then.Value.RunCount, now.Value.RunTimeNs - then.Value.RunTimeNs)),
        ]);
    }

    private static double? MedianTotalNs(StageReading reading)
    {
        NamedHistogram total = reading.Histograms.Single(each => each.Name == Stage.Total.Name);
        return LatencyHistogram.FromBuckets(
            total.Buckets.Select(bucket => KeyValuePair.Create(bucket.Index, bucket.Count)),
            total.Count, total.SumNs, total.MinNs, total.MaxNs, total.Overflow).PercentileNs(Median);
    }

    /// <summary>What was sent while the stage probe counted.</summary>
    private sealed record SentPackets(SendRun Run, double AskedRatePps, StageReading Reading, long StealNs);

    /// <summary>Sends the trial's flows, each once, in series of a warm-up and the measured packets.</summary>
    private sealed class Sender : IDisposable
    {
        private readonly TrialScene _scene;
        private readonly CancellationToken _token;
        private readonly ITrafficGenerator _generator;
        private readonly string _reason;
        private int _next;
        private double _askedPps = double.PositiveInfinity;

        /// <param name="pktgenObstacle">Why pktgen cannot be used here; null where it can.</param>
        public Sender(TrialScene scene, string? pktgenObstacle, CancellationToken token)
        {
            _scene = scene;
            _token = token;
            (_generator, _reason) = TrafficGenerators.Open(scene.Trial, scene.Entry, scene.Targets, TrialScene.SendingCpu, pktgenObstacle);
        }

        /// <summary>What sends, and why that.</summary>
        public (string Name, string Reason) Generator => (_generator.Name, _reason);

        /// <param name="reset">What is to forget the warm-up beside the stage probe.</param>
        public SentPackets SendSeries(Action? reset = null)
        {
            MeasureTrial trial = _scene.Trial;
            SendRun warm = Send(trial.WarmupPackets, double.PositiveInfinity);
            _askedPps = _scene.RateAfter(warm);
            _scene.Probe.ReadSettled(warm.Sent);
            _scene.Probe.Reset();
            reset?.Invoke();

            long stealBefore = CpuSteal.ReadNs(TrialScene.SendingCpu);
            SendRun run = Send(trial.Packets, _askedPps);
            StageReading reading = _scene.Probe.ReadSettled(run.Sent);
            return new SentPackets(run, _askedPps, reading, CpuSteal.ReadNs(TrialScene.SendingCpu) - stealBefore);
        }

        /// <summary>Sends the flows that are left, for finding out what programs cost; returns how many.</summary>
        public long SendAccounted() => Send(_scene.Trial.Flows - _next, _askedPps).Sent;

        public void Dispose() => _generator.Dispose();

        private SendRun Send(int packets, double ratePps)
        {
            int first = _next;
            _next += packets;
            return _generator.Send(first, packets, ratePps, _token);
        }
    }
}
