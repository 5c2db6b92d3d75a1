using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Cluster;

/// <summary>
/// The Services of a step. Pure. A larger step of an experiment contains all Services of a smaller one, so only the
/// difference is created or deleted between them.
/// </summary>
public static class DesiredServices
{
    /// <summary>
    /// Only so many Services may be measured and have ports of every protocol. The others have TCP ports, which cost
    /// kube-proxy less.
    /// </summary>
    public const int MostTargets = 1_000;

    /// <summary>The first port of every Service, as in the lab.</summary>
    public const int FirstPort = 7000;

    /// <summary>Services in a block. One request removes so many within the API server's time limit.</summary>
    public const int BlockSize = 100;

    public static IReadOnlyList<DesiredService> Build(ScaleStep step) =>
        [.. Enumerable.Range(0, step.Cell.Services).Select(index => Service(step, index))];

    private static DesiredService Service(ScaleStep step, int index)
    {
        bool isTarget = index < MostTargets;
        IReadOnlyList<ServiceProtocol> protocols =
            !isTarget && step.Protocols.Contains(ServiceProtocol.Tcp) ? [ServiceProtocol.Tcp] : step.Protocols;
        return new DesiredService(
            (isTarget ? ServiceNames.TargetPrefix : ServiceNames.DummyPrefix)
                + index.ToString("D5", CultureInfo.InvariantCulture),
            index / BlockSize,
            [.. Enumerable.Range(0, step.PortsPerService).Select(port => Port(protocols, index, port))]);
    }

    /// <summary>
    /// Protocols take turns over the Services and over the ports of each. A protocol's next port has the next number.
    /// </summary>
    private static DesiredPort Port(IReadOnlyList<ServiceProtocol> protocols, int service, int port)
    {
        ServiceProtocol protocol = protocols[(service + port) % protocols.Count];
        int turn = port / protocols.Count;
        return new DesiredPort(
            turn == 0 ? protocol.WireName() : $"{protocol.WireName()}-{turn}", protocol, FirstPort + turn);
    }
}
