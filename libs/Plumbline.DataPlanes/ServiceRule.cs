using Plumbline.Contracts;

namespace Plumbline.DataPlanes;

/// <summary>A ClusterIP rule as the kernel holds it.</summary>
/// <param name="Index">
/// Place among the ClusterIP rules, from 0. In a map it is the order of listing, which a packet does not notice.
/// </param>
/// <param name="ClusterIp">IPv4 address in host byte order.</param>
/// <param name="Port">The port that clients address.</param>
/// <param name="Protocol">The protocol that the rule matches.</param>
/// <param name="Namespace">The Service's namespace.</param>
/// <param name="Name">The Service's name.</param>
public sealed record ServiceRule(
    int Index, uint ClusterIp, int Port, ServiceProtocol Protocol, string Namespace, string Name);
