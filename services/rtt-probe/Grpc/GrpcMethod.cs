using System.Net;
using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Paths;
using Plumbline.Trials;
using Plumbline.Probing.Stages;

namespace Plumbline.RttProbe.Grpc;

/// <summary>gRPC requests to the Services' endpoints: what an application sees, both runtimes included.</summary>
internal sealed class GrpcMethod(TimeProvider clock) : ITrialMethod
{
    public string Generator => "grpc-dotnet";

    public string TimedBy(MeasureTrial trial) => "application";

    public ServiceProtocol ProtocolOf(MeasureTrial trial) => ServiceProtocol.Tcp;

    public async Task<Measurement> MeasureAsync(TrialScene scene, CancellationToken token)
    {
        (MeasureTrial trial, TrafficEntry entry, Targets targets, StageProbe probe) = scene;
        GrpcSettings settings = trial.Grpc
            ?? throw new ArgumentException($"trial {trial.Key.Trial} is of gRPC requests but does not say how", nameof(scene));
        IPEndPoint[] endpoints =
        [
            .. targets.Draw(trial.WarmupPackets + trial.Packets, new Random((int)trial.Seed))
                .Select(ip => new IPEndPoint(IPAddress.Parse(Ipv4.Format(ip)), entry.DestinationPort)),
        ];

        using NamespaceSockets sockets = new(entry.Sender);
        using GrpcLoad load = new(sockets, settings, clock);
        await load.RunAsync(endpoints[..trial.WarmupPackets], trial.RatePps, token);
        probe.Reset();
        int cpu = TrialScene.SendingCpu;
        long stealBefore = CpuSteal.ReadNs(cpu);
        GrpcRun run = await load.RunAsync(endpoints[trial.WarmupPackets..], trial.RatePps, token);
        return new Measurement
        {
            Cpu = cpu,
            AskedRatePps = trial.RatePps,
            Run = run.Send,
            Reading = probe.Read(),
            Histograms = run.Histograms(trial.KeepRaw),
            StealNs = CpuSteal.ReadNs(cpu) - stealBefore,
            Answers = run.Answers(),
        };
    }
}
