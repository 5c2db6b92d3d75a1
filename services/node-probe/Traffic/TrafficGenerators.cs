using Plumbline.Contracts;
using Plumbline.NodeProbe.Traffic.Pktgen;
using Plumbline.Paths;
using Plumbline.Trials;
using Plumbline.Trials.Sending;

namespace Plumbline.NodeProbe.Traffic;

/// <summary>Chooses the generator of a trial.</summary>
internal static class TrafficGenerators
{
    private const string AsAsked = "as asked for";


    /// <summary>
    /// Opens the generator that the trial asks for, and says why it was chosen. <c>auto</c> is pktgen when that can
    /// send the trial.
    /// </summary>
    /// <param name="cpu">The CPU that sends.</param>
    /// <param name="pktgenObstacle">Why pktgen cannot be used here; null when it can.</param>
    /// <exception cref="PktgenException">The trial asks for pktgen, which cannot send it.</exception>
    public static (ITrafficGenerator Generator, string Reason) Open(
        MeasureTrial trial, TrafficEntry entry, Targets targets, int cpu, string? pktgenObstacle)
    {
        if (trial.Generator == GeneratorKind.AfPacket)
        {
            return (AfPacket(), AsAsked);
        }

        pktgenObstacle = Unsendable(trial.Cell) ?? pktgenObstacle;
        try
        {
            PktgenGenerator pktgen = pktgenObstacle is null
                ? PktgenGenerator.Open(entry, [.. targets.Ips.Select(ip => ip.Ipv4Number)], trial.FirstFlow, cpu)
                : throw new PktgenException(pktgenObstacle);
            string reason = trial.Generator == GeneratorKind.Pktgen ? AsAsked : "auto: the kernel has it";
            return (pktgen, pktgen.IsRelayed
                ? $"{reason}; relayed by the sender's namespace, as this kernel's pktgen keeps its packets"
                : reason);
        }
        catch (PktgenException exception) when (trial.Generator == GeneratorKind.Auto)
        {
            return (AfPacket(), $"auto: {exception.Message}");
        }

        AfPacketGenerator AfPacket() => new(
            entry,
            trial.Cell.Protocol,
            trial.FirstFlow,
            targets.DrawIpv4(trial.Flows, new Random((int)trial.Seed)),
            CacheEviction.For(trial.Cell, cpu));
    }

    /// <summary>Why pktgen cannot send such packets; null when it can.</summary>
    public static string? Unsendable(Cell cell) => cell.Protocol != ServiceProtocol.Udp ? "pktgen sends UDP only"
        : cell.Cache == CacheState.Cold ? "pktgen leaves caches warm"
        : null;
}
