using Plumbline.Contracts;

namespace Plumbline.DataPlanes.Iptables;

/// <summary>kube-proxy's chain names: a prefix and a hash, because iptables allows 28 characters.</summary>
internal static class IptablesChains
{
    public const string ServicePrefix = "KUBE-SVC-";

    private const int HashLength = 16;

    /// <summary><c>KUBE-SVC-…</c>, hashed from <c>ns/name:port</c> and the protocol.</summary>
    public static string Service(ServicePort port) => ServicePrefix + Hash(port, "");

    /// <summary><c>KUBE-SEP-…</c>, hashed from <c>ns/name:port</c>, the protocol and <c>ip:port</c>.</summary>
    public static string Endpoint(ServicePort port, Endpoint endpoint) => "KUBE-SEP-" + Hash(port, endpoint.ToString());

    private static string Hash(ServicePort port, string endpoint) =>
        ChainHash.Of(port.FullName + port.Protocol.WireName() + endpoint, HashLength);
}
