using System.Net;
using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Paths;
using Plumbline.Probing.Stages;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Grpc;

/// <summary>
/// gRPC requests to the Services' endpoints, as an application sees them: both runtimes are in the figures. Requests
/// run on the runtime's own threads, so the trial has no CPU.
/// </summary>
internal sealed class GrpcMethod(TimeProvider clock) : ITrialMethod
{
    public string Generator => "grpc-dotnet";

    public string TimedBy(MeasureTrial trial) => "application";

    public bool NeedsFineClock => false;

    public async Task<Measurement> MeasureAsync(TrialScene scene, CancellationToken token)
    {
        (MeasureTrial trial, TrafficEntry entry, Targets targets, StageProbe stage) = scene;
        GrpcSettings settings = trial.Grpc
            ?? throw new ArgumentException($"trial {trial.Key.Trial} has no gRPC settings", nameof(scene));
        IPEndPoint[] endpoints =
        [
            .. targets.Draw(trial.WarmupPackets + trial.Packets, new Random((int)trial.Seed))
                .Select(ip => new IPEndPoint(ip.ToIPAddress(), entry.DestinationPort)),
        ];

        using NamespaceSockets sockets = new(entry.Sender);
        using GrpcLoad load = new(sockets, settings, clock);
        await load.RunAsync(endpoints[..trial.WarmupPackets], trial.RatePps, token);
        stage.Reset();
        GrpcRun run = await load.RunAsync(endpoints[trial.WarmupPackets..], trial.RatePps, token);
        PacketCounts packets = stage.ReadPackets();
        IReadOnlyList<NamedHistogram> histograms = run.Histograms(trial.KeepRaw);
        Series series = new()
        {
            Run = run.Send,
            AskedRatePps = trial.RatePps,
            Counts = Series.CountsOf(trial.Measure, run.Send, packets, histograms[^1].Count, run.Answers()),
            Histograms = histograms,
        };
        return new Measurement { Series = [series] };
    }
}
