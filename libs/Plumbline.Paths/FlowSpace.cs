namespace Plumbline.Paths;

/// <summary>Source address and port of a flow.</summary>
/// <param name="Ip">Source address in host byte order.</param>
public readonly record struct FlowAddress(uint Ip, ushort Port);

/// <summary>
/// Source addresses and ports by flow number: all ports of one address after the other, so that consecutive flows never meet
/// and, with many addresses, an experiment has billions of them.
/// </summary>
/// <param name="FirstIp">First source address in host byte order.</param>
/// <param name="Ips">Number of source addresses.</param>
/// <param name="FirstPort">First source port of each.</param>
/// <param name="Ports">Number of source ports of each.</param>
public sealed record FlowSpace(uint FirstIp, int Ips, int FirstPort = FlowSpace.FirstUserPort, int Ports = 65_536 - FlowSpace.FirstUserPort)
{
    /// <summary>First port that is not privileged.</summary>
    public const int FirstUserPort = 1_024;

    public uint LastIp => FirstIp + (uint)(Ips - 1);

    public int LastPort => FirstPort + Ports - 1;

    public long Flows => (long)Ips * Ports;

    /// <summary>
    /// Where a range of flows begins here. A node that is given few source addresses has fewer flows than an experiment may take, and
    /// begins anew behind the last; should an entry of the earlier ones be left then, the proof of first packets says so.
    /// </summary>
    /// <exception cref="InvalidOperationException">There are not so many flows at all.</exception>
    public long Fit(long firstFlow, int flows) => flows <= Flows
        ? firstFlow % (Flows - flows + 1)
        : throw new InvalidOperationException($"a trial takes {flows:N0} flows and the source addresses give {Flows:N0}: give the node a larger prefix of them, or ask for fewer packets");

    /// <exception cref="ArgumentOutOfRangeException">There are not so many flows.</exception>
    public FlowAddress AddressOf(long flow)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(flow);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(flow, Flows);
        return new FlowAddress(FirstIp + (uint)(flow / Ports), (ushort)(FirstPort + (flow % Ports)));
    }

    /// <summary>Number of the flow with that address; -1 where it is none of these.</summary>
    public long FlowOf(FlowAddress address)
    {
        long ip = (long)address.Ip - FirstIp;
        int port = address.Port - FirstPort;
        return ip < 0 || ip >= Ips || port < 0 || port >= Ports ? -1 : (ip * Ports) + port;
    }
}
