namespace Plumbline.DataPlanes;

/// <summary>Where a Service's packets are translated to.</summary>
/// <param name="Ip">IPv4 address in host byte order.</param>
/// <param name="Port">1 … 65,535.</param>
public readonly record struct Endpoint(uint Ip, int Port)
{
    /// <summary>As iptables writes it: <c>10.244.0.11:7001</c>.</summary>
    public override string ToString() => $"{Ipv4.Format(Ip)}:{Port}";
}
