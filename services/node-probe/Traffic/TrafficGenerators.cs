using Plumbline.Trials.Sending;
using Plumbline.Contracts;
using Plumbline.NodeProbe.Traffic.Pktgen;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.NodeProbe.Traffic;

/// <summary>Chooses the generator of a trial.</summary>
internal static class TrafficGenerators
{
    private const string AsAsked = "as asked for";

    /// <summary>Why pktgen cannot send TCP.</summary>
    private const string UdpOnly = "pktgen sends UDP only";

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

        pktgenObstacle = trial.Cell.Protocol == ServiceProtocol.Udp ? pktgenObstacle : UdpOnly;
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
            targets.DrawIpv4(trial.Flows, new Random((int)trial.Seed)));
    }
}
