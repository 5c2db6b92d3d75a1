using Plumbline.DataPlanes;

namespace Plumbline.Paths;

/// <summary>Source address and port of a flow.</summary>
public readonly record struct FlowAddress(IpAddress Ip, ushort Port);

/// <summary>
/// Source addresses and ports by flow number. All ports of one address come before those of the next, so consecutive
/// flows never have the same address and port, and many addresses give an experiment billions of flows.
/// </summary>
/// <param name="FirstIp">First source address.</param>
/// <param name="Ips">Number of source addresses.</param>
/// <param name="FirstPort">First source port of each.</param>
/// <param name="Ports">Number of source ports of each.</param>
public sealed record FlowSpace(
    IpAddress FirstIp, int Ips, int FirstPort = FlowSpace.FirstUserPort, int Ports = 65_536 - FlowSpace.FirstUserPort)
{
    /// <summary>First port that is not privileged.</summary>
    public const int FirstUserPort = 1_024;

    public IpAddress LastIp => FirstIp.Plus(Ips - 1);

    public int LastPort => FirstPort + Ports - 1;

    public long Flows => (long)Ips * Ports;

    /// <summary>
    /// Where a range of flows begins here. A node with few source addresses has fewer flows than an experiment may
    /// take, so numbers beyond the last flow begin anew. If conntrack still holds an earlier flow then, the
    /// first-packet check reports it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The range is larger than the whole space.</exception>
    public long Fit(long firstFlow, int flows) => flows <= Flows
        ? firstFlow % (Flows - flows + 1)
        : throw new InvalidOperationException(
            $"a trial takes {flows:N0} flows and the source addresses give {Flows:N0}: "
            + "give the node a larger prefix of them, or ask for fewer packets");

    /// <exception cref="ArgumentOutOfRangeException">There is no such flow.</exception>
    public FlowAddress AddressOf(long flow)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(flow);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(flow, Flows);
        return new FlowAddress(FirstIp.Plus(flow / Ports), (ushort)(FirstPort + (flow % Ports)));
    }

    /// <summary>Number of the flow with that address; -1 where no flow has it.</summary>
    public long FlowOf(FlowAddress address)
    {
        int port = address.Port - FirstPort;
        return address.Ip.DistanceFrom(FirstIp) is { } ip && ip < (uint)Ips && port >= 0 && port < Ports
            ? ((long)ip * Ports) + port
            : -1;
    }
}
