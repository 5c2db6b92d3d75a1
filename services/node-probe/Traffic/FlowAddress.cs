namespace Plumbline.NodeProbe.Traffic;

/// <summary>
/// Source address and port of a flow number: the ports 1024 … 65535 of one address after the other, so that consecutive
/// flows never meet and an experiment has billions of them.
/// </summary>
/// <param name="Ip">Source address in host byte order.</param>
internal readonly record struct FlowAddress(uint Ip, ushort Port)
{
    public const int FirstPort = 1_024;
    public const int Ports = 65_536 - FirstPort;

    /// <exception cref="ArgumentOutOfRangeException">The source addresses are used up.</exception>
    public static FlowAddress Of(long flow, uint firstIp, int ips)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(flow);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(flow, (long)ips * Ports);
        return new FlowAddress(firstIp + (uint)(flow / Ports), (ushort)(FirstPort + (flow % Ports)));
    }
}
