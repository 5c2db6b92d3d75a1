using System.Globalization;
using System.Text.Json;
using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>Rules for the packets: their protocols, the ports that they go to, what sends them. Pure.</summary>
internal static class PacketRules
{
    /// <summary>A gRPC request needs TCP, and nothing empties caches between requests.</summary>
    public static bool CanMeasure(Cell cell, Measure measure) =>
        measure != Measure.Grpc || cell is { Protocol: ServiceProtocol.Tcp, Cache: CacheState.Warm };

    /// <summary>Why no cell has such caches. Null when one does, and when another field is to blame.</summary>
    public static string? CacheProblem(ExperimentSpec spec) =>
        spec.Measure?.Contains(Measure.Grpc.WireName()) == true
        && AreValid(spec, Axes.Cache)
        && !Axes.Cache.ValuesIn(spec).Contains(CacheState.Warm.WireName())
            ? "must contain warm, which grpc needs"
            : null;

    /// <summary>Why the packets have nowhere to go. Null when they do, and when another field is to blame.</summary>
    public static string? ProtocolProblem(ExperimentSpec spec)
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

    /// <summary>Why pktgen cannot send the one-way packets that are asked of it. Null when it can.</summary>
    public static string? GeneratorProblem(ExperimentSpec spec)
    {
        if (spec.Generator != GeneratorKind.Pktgen.WireName()
            || spec.Measure?.Contains(Measure.OneWay.WireName()) != true)
        {
            return null;
        }

        return Asks(Axes.Protocol, ServiceProtocol.Tcp.WireName())
            ? "pktgen sends UDP only, and protocol has tcp; use af_packet or auto"
            : Asks(Axes.Cache, CacheState.Cold.WireName())
                ? "pktgen leaves caches warm, and cache has cold; use af_packet or auto"
                : null;

        bool Asks(Axis axis, string value) => AreValid(spec, axis) && axis.ValuesIn(spec).Contains(value);
    }

    private static bool AreValid(ExperimentSpec spec, Axis axis) =>
        !spec.Others.TryGetValue(axis.Key, out JsonElement values)
        || AxisValues.Problem(axis.Key, values) is null;
}
