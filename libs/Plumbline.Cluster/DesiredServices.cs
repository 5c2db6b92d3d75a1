using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Cluster;

/// <summary>
/// The Services of a step. Pure. A larger step of an experiment contains all Services of a smaller one, so only the
/// difference is created or deleted between them.
/// </summary>
public static class DesiredServices
{
    /// <summary>Only so many Services may be measured.</summary>
    public const int MostTargets = 1_000;

    /// <summary>The first port of every Service, as in the lab.</summary>
    public const int FirstPort = 7000;

    /// <summary>Services in a block. One request removes so many within the API server's time limit.</summary>
    public const int BlockSize = 100;

    public static IReadOnlyList<DesiredService> Build(ScaleStep step) =>
        [.. Enumerable.Range(0, step.Cell.Services).Select(index => Service(step, index))];

    private static DesiredService Service(ScaleStep step, int index) => new(
        (index < MostTargets ? ServiceNames.TargetPrefix : ServiceNames.DummyPrefix)
            + index.ToString("D5", CultureInfo.InvariantCulture),
        index / BlockSize,
        [
            .. from port in ProtocolMix.PortsOf(index, step.PortsPerService, step.Cell.TcpShare)
               select new DesiredPort(ServiceNames.PortName(port), port.Protocol, FirstPort + port.Turn),
        ]);
}
