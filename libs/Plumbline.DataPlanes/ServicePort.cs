using Plumbline.Contracts;

namespace Plumbline.DataPlanes;

/// <summary>One port of a Service, for which kube-proxy writes one ClusterIP rule.</summary>
/// <param name="Namespace">The Service's namespace.</param>
/// <param name="Name">The Service's name.</param>
/// <param name="PortName">The port's name; empty where the Service has only one and does not name it.</param>
/// <param name="ClusterIp">IPv4 address in host byte order.</param>
/// <param name="Port">The port that clients address, 1 … 65,535.</param>
/// <param name="Protocol">The port's protocol.</param>
/// <param name="Endpoints">Ready endpoints; none means that packets are rejected.</param>
public sealed record ServicePort(
    string Namespace,
    string Name,
    string PortName,
    uint ClusterIp,
    int Port,
    ServiceProtocol Protocol,
    IReadOnlyList<Endpoint> Endpoints)
{
    /// <summary>kube-proxy's ServicePortName: <c>ns/name:port</c>, or <c>ns/name</c> for an unnamed port.</summary>
    internal string FullName => PortName.Length == 0 ? $"{Namespace}/{Name}" : $"{Namespace}/{Name}:{PortName}";
}
