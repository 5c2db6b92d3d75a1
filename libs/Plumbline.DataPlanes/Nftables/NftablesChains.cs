using Plumbline.Contracts;

namespace Plumbline.DataPlanes.Nftables;

/// <summary>Chain names as kube-proxy computes them: a prefix, a short hash, and what was hashed.</summary>
internal static class NftablesChains
{
    public const string ServicePrefix = "service-";

    /// <summary>Characters of the hash.</summary>
    public const int HashLength = 8;

    /// <summary><c>service-HASH-ns/name/protocol/port</c>.</summary>
    public static string Service(ServicePort port) => ServicePrefix + WithHash(Base(port));

    /// <summary><c>endpoint-HASH-ns/name/protocol/port__ip/port</c>.</summary>
    public static string Endpoint(ServicePort port, Endpoint endpoint) =>
        "endpoint-" + WithHash($"{Base(port)}__{Ipv4.Format(endpoint.Ip)}/{endpoint.Port}");

    private static string Base(ServicePort port) =>
        $"{port.Namespace}/{port.Name}/{port.Protocol.WireName()}/{port.PortName}";

    // kube-proxy cuts names off at 240 characters. IPv4 and DNS labels of at most 63 characters stay below that.
    private static string WithHash(string name) => $"{ChainHash.Of(name, HashLength)}-{name}";
}
