using Plumbline.Contracts;

namespace Plumbline.DataPlanes;

/// <summary>Reads the fields of a Service rule. An error names the field; <c>error</c> adds where it is.</summary>
internal static class ServiceRuleFields
{
    public static ServiceProtocol ParseProtocol(string? text, Func<string, FormatException> error) =>
        WireNames.TryParse(text, out ServiceProtocol protocol)
            ? protocol
            : throw error($"protocol '{text}' is neither udp nor tcp");

    public static uint ParseIp(ReadOnlySpan<char> text, Func<string, FormatException> error) =>
        Ipv4.TryParse(text, out uint ip) ? ip : throw error($"'{text}' is not an IPv4 address");
}
