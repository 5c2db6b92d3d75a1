using System.Globalization;
using System.Text.Json;
using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>Rules for the packets' protocols and the Services' ports that they go to. Pure.</summary>
internal static class ProtocolRules
{
    /// <summary>A gRPC request needs TCP. Other packets are sent by either.</summary>
    public static bool CanCarry(ServiceProtocol protocol, Measure measure) =>
        measure != Measure.Grpc || protocol == ServiceProtocol.Tcp;

    /// <summary>Why the packets have nowhere to go. Null when they do, and when another field is to blame.</summary>
    public static string? Problem(ExperimentSpec spec)
    {
        if (!AreValid(spec, Axes.Protocol) || !AreValid(spec, Axes.TcpShare)
            || spec is not
            {
                Services: { } services,
                Measure: { } measures,
                PortsPerService: >= 1 and <= ExperimentLimits.MaxPortsPerService,
            })
        {
            return null;
        }

        ServiceProtocol[] protocols =
            [.. Axes.Protocol.ValuesIn(spec).Select(WireNames.Parse<ServiceProtocol>)];
        if (measures.Contains(Measure.Grpc.WireName()) && !protocols.Contains(ServiceProtocol.Tcp))
        {
            return "must contain tcp, which grpc needs";
        }

        return (
            from protocol in protocols
            from share in Axes.TcpShare.ValuesIn(spec)
            from count in services
            where count >= 1
                && ProtocolMix.Count(
                    protocol, (long)count * spec.PortsPerService, int.Parse(share, CultureInfo.InvariantCulture)) == 0
            select string.Create(
                CultureInfo.InvariantCulture,
                $"{protocol.WireName()} packets find no {protocol.WireName()} port among those of {count:N0} Services "
                + $"with tcpShare {share}; change tcpShare or protocol")).FirstOrDefault();
    }

    /// <summary>Whether one-way packets are asked of pktgen that it does not send.</summary>
    public static bool CannotSend(ExperimentSpec spec, string? generator) =>
        generator == GeneratorKind.Pktgen.WireName()
        && spec.Measure?.Contains(Measure.OneWay.WireName()) == true
        && AreValid(spec, Axes.Protocol)
        && Axes.Protocol.ValuesIn(spec).Contains(ServiceProtocol.Tcp.WireName());

    private static bool AreValid(ExperimentSpec spec, Axis axis) =>
        !spec.Others.TryGetValue(axis.Key, out JsonElement values)
        || AxisValues.Problem(axis.Key, values) is null;
}
