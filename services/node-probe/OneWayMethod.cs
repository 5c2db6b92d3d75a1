using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.NodeProbe.Traffic;
using Plumbline.NodeProbe.Traffic.Pktgen;
using Plumbline.Trials;
using Plumbline.Trials.Probes;

namespace Plumbline.NodeProbe;

/// <summary>UDP packets on their way through the node, timed stage by stage within it.</summary>
internal sealed class OneWayMethod : ITrialMethod
{
    /// <summary>What is used unless a measurement says otherwise.</summary>
    public string Generator => GeneratorKind.AfPacket.WireName();

    public string Probe => "stage";

    public ServiceProtocol ProtocolOf(MeasureTrial trial) => ServiceProtocol.Udp;

    public async Task<Measurement> MeasureAsync(TrialScene scene, CancellationToken token)
    {
        string? pktgenObstacle = scene.Trial.Generator == GeneratorKind.AfPacket ? null : await PktgenModule.LoadAsync(token);
        return await scene.Entry.Sender.RunAsync(() => Measure(scene, pktgenObstacle, token));
    }

    /// <summary>On a thread in the sender's namespace: warm up, find the rate, measure.</summary>
    private static Measurement Measure(TrialScene scene, string? pktgenObstacle, CancellationToken token)
    {
        (MeasureTrial trial, TrafficEntry entry, Targets targets, StageProbe probe) = scene;
        int cpu = TrialScene.SendingCpu;
        CpuAffinity.PinThread(cpu);
        uint[] destinations = targets.Draw(trial.Flows, new Random((int)trial.Seed));
        int firstMeasured = trial.WarmupPackets;
        int firstAccounted = trial.WarmupPackets + trial.Packets;

        (ITrafficGenerator generator, string reason) = TrafficGenerators.Open(trial, entry, targets, destinations, cpu, pktgenObstacle);
        using ITrafficGenerator opened = generator;
        SendRun warm = generator.Send(0, firstMeasured, double.PositiveInfinity, token);
        double askedPps = scene.RateAfter(warm);
        probe.ReadSettled(warm.Sent);

        probe.Reset();
        long stealBefore = CpuSteal.ReadNs(cpu);
        SendRun run = generator.Send(firstMeasured, trial.Packets, askedPps, token);
        StageReading reading = probe.ReadSettled(run.Sent);
        long stealNs = CpuSteal.ReadNs(cpu) - stealBefore;

        return new Measurement
        {
            Cpu = cpu,
            Generator = (generator.Name, reason),
            AskedRatePps = askedPps,
            Run = run,
            Reading = reading,
            Histograms = reading.Histograms,
            StealNs = stealNs,
            ProbeCost = trial.DataPlane == DataPlane.NoRules
                ? ProbeCost(probe, () => generator.Send(firstAccounted, trial.Flows - firstAccounted, askedPps, token).Sent)
                : null,
        };
    }

    private static (double, double)? ProbeCost(StageProbe probe, Func<long> send)
    {
        using BpfRunTimeAccounting accounting = BpfRunTimeAccounting.Start();
        BpfRunTime before = probe.RunTime();
        long sent = send();
        BpfRunTime after = probe.RunTime();
        long runs = after.RunCount - before.RunCount;
        return runs == 0 || sent == 0 ? null : ((double)(after.RunTimeNs - before.RunTimeNs) / runs, (double)runs / sent);
    }
}
