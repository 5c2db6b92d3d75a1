using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>Rules for the protocols of a specification's Services. Pure.</summary>
internal static class ProtocolRules
{
    /// <summary>A protocol that a measure needs and no Service has, and why. Null when none is missing.</summary>
    public static string? Missing(ExperimentSpec spec)
    {
        if (spec.Protocols is not { } protocols || spec.Measure is not { } measures)
        {
            return null;
        }

        (Measure Measure, ServiceProtocol Protocol, string Why)[] needs =
        [
            (Measure.OneWay, ServiceProtocol.Udp, "which one-way sends"),
            .. RoundTripNeeds(spec.RttMode),
            (Measure.Grpc, ServiceProtocol.Tcp, "which grpc needs"),
        ];
        return needs
            .Where(need => measures.Contains(need.Measure.WireName()) && !protocols.Contains(need.Protocol.WireName()))
            .Select(need => $"{need.Protocol.WireName()}, {need.Why}")
            .FirstOrDefault();
    }

    /// <summary>Empty for an unknown mode.</summary>
    private static IEnumerable<(Measure Measure, ServiceProtocol Protocol, string Why)> RoundTripNeeds(string? name)
    {
        if (WireNames.TryParse(name, out RoundTripMode mode))
        {
            ServiceProtocol protocol = mode == RoundTripMode.UdpEcho ? ServiceProtocol.Udp : ServiceProtocol.Tcp;
            yield return (Measure.RoundTrip, protocol, $"which rtt sends in mode {name}");
        }
    }
}
