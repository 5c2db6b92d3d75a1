using Plumbline.Contracts;
using Plumbline.NodeProbe.Traffic.Pktgen;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.NodeProbe.Traffic;

/// <summary>Which generator sends a trial, and why that one.</summary>
internal static class TrafficGenerators
{
    private const string AsAsked = "as asked for";

    /// <summary>Opens the generator that the trial asks for; of <c>auto</c>, pktgen where that can send it.</summary>
    /// <param name="cpu">That is to send.</param>
    /// <param name="pktgenObstacle">Why pktgen cannot be used here; null where it can.</param>
    /// <exception cref="PktgenException">pktgen is asked for and cannot send it.</exception>
    public static (ITrafficGenerator Generator, string Reason) Open(
        MeasureTrial trial, TrafficEntry entry, Targets targets, int cpu, string? pktgenObstacle)
    {
        if (trial.Generator == GeneratorKind.AfPacket)
        {
            return (AfPacket(), AsAsked);
        }

        try
        {
            PktgenGenerator pktgen = pktgenObstacle is null
                ? PktgenGenerator.Open(entry, [.. targets.Ips.Select(ip => ip.Ipv4Number)], trial.FirstFlow, cpu)
                : throw new PktgenException(pktgenObstacle);
            string reason = trial.Generator == GeneratorKind.Pktgen ? AsAsked : "auto: the kernel has it";
            return (pktgen, pktgen.IsRelayed ? $"{reason}; relayed by the sender's namespace, as this kernel's pktgen cannot let its packets go" : reason);
        }
        catch (PktgenException exception) when (trial.Generator == GeneratorKind.Auto)
        {
            return (AfPacket(), $"auto: {exception.Message}");
        }

        AfPacketGenerator AfPacket() => new(entry, trial.FirstFlow, targets.DrawIpv4(trial.Flows, new Random((int)trial.Seed)));
    }
}
