using System.Security.Cryptography;
using System.Text;
using Plumbline.Contracts;

namespace Plumbline.DataPlanes;

/// <summary>
/// Names of the chains of a Service port, computed as kube-proxy does: base32 (RFC 4648) of SHA-256 of what the chain is
/// for, cut off; kept short in iptables, where a name has 28 characters, and followed by the whole thing in nftables.
/// </summary>
internal static class ChainNames
{
    public const string IptablesServicePrefix = "KUBE-SVC-";
    public const string NftablesServicePrefix = "service-";

    /// <summary>Characters of the hash in an nftables chain's name.</summary>
    public const int NftablesHashLength = 8;

    private const int IptablesHashLength = 16;
    private const string Base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary><c>KUBE-SVC-…</c>, hashed from <c>ns/name:port</c> and the protocol.</summary>
    public static string IptablesService(ServicePort port) =>
        IptablesServicePrefix + Hash(port.FullName + port.Protocol.WireName(), IptablesHashLength);

    /// <summary><c>KUBE-SEP-…</c>, hashed from <c>ns/name:port</c>, the protocol and <c>ip:port</c>.</summary>
    public static string IptablesEndpoint(ServicePort port, Endpoint endpoint) =>
        "KUBE-SEP-" + Hash(port.FullName + port.Protocol.WireName() + endpoint, IptablesHashLength);

    /// <summary><c>service-HASH-ns/name/protocol/port</c>.</summary>
    public static string NftablesService(ServicePort port) => NftablesServicePrefix + WithHash(NftablesBase(port));

    /// <summary><c>endpoint-HASH-ns/name/protocol/port__ip/port</c>.</summary>
    public static string NftablesEndpoint(ServicePort port, Endpoint endpoint) =>
        "endpoint-" + WithHash($"{NftablesBase(port)}__{Ipv4.Format(endpoint.Ip)}/{endpoint.Port}");

    private static string NftablesBase(ServicePort port) => $"{port.Namespace}/{port.Name}/{port.Protocol.WireName()}/{port.PortName}";

    // kube-proxy cuts names off at 240 characters; with IPv4 and DNS labels of at most 63 none gets there.
    private static string WithHash(string name) => $"{Hash(name, NftablesHashLength)}-{name}";

    private static string Hash(string text, int length)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), digest);

        Span<char> encoded = stackalloc char[length];
        for (int i = 0; i < length; i++)
        {
            int bit = 5 * i;
            int twoBytes = (digest[bit / 8] << 8) | digest[(bit / 8) + 1];
            encoded[i] = Base32Alphabet[(twoBytes >> (11 - (bit % 8))) & 31];
        }

        return new string(encoded);
    }
}
