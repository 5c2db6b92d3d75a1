using System.Text.Json;
using Plumbline.Contracts;

namespace Plumbline.DataPlanes;

public static partial class ServiceRuleReader
{
    private const string ServiceMap = "service-ips";

    /// <summary>
    /// What else <c>service-ips</c> leads to: external addresses, those with source ranges, and ClusterIPs for the node's own
    /// endpoints only (whose iptables counterparts, KUBE-EXT, KUBE-FW and KUBE-SVL, do not count either).
    /// </summary>
    private static readonly string[] s_otherPrefixes = ["external-", "firewall-", "local-"];

    /// <summary>
    /// Reads what <c>nft -j list map ip kube-proxy service-ips</c> prints:
    /// <c>{"nftables": [{"metainfo": …}, {"map": {"name": "service-ips", "elem": [[KEY, {"goto": {"target": CHAIN}}], …]}}]}</c>
    /// where KEY is <c>{"concat": [IP, PROTOCOL, PORT]}</c>, or <c>{"elem": {"val": KEY, "comment": …}}</c> if it has a comment.
    /// </summary>
    /// <exception cref="FormatException">The text is not that; the message has the offending element.</exception>
    public static ServiceRuleSet FromNftables(TextReader json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json.ReadToEnd());
            List<ServiceRule> rules = [];
            foreach (JsonElement element in Elements(document.RootElement))
            {
                if (ParseElement(element, rules.Count) is { } rule)
                {
                    rules.Add(rule);
                }
            }

            return new ServiceRuleSet(rules);
        }
        catch (JsonException exception)
        {
            throw new FormatException($"nft's list of {ServiceMap} is not JSON: {exception.Message}", exception);
        }
    }

    private static IEnumerable<JsonElement> Elements(JsonElement root)
    {
        if (Property(root, "nftables") is { ValueKind: JsonValueKind.Array } objects)
        {
            foreach (JsonElement each in objects.EnumerateArray())
            {
                if (Property(each, "map") is { } map && Text(Property(map, "name")) == ServiceMap)
                {
                    // An empty map is listed without "elem".
                    return Property(map, "elem") is not { } elements ? []
                        : elements.ValueKind == JsonValueKind.Array ? elements.EnumerateArray()
                        : throw new FormatException($"elements of {ServiceMap} are no array: {elements.GetRawText()}");
                }
            }
        }

        throw new FormatException($"nft listed no map {ServiceMap}");
    }

    /// <summary>Null for an element that does not lead to a Service's own chain.</summary>
    private static ServiceRule? ParseElement(JsonElement element, int index)
    {
        FormatException Error(string what) => new($"{ServiceMap} element {what}: {element.GetRawText()}");

        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() != 2)
        {
            throw Error("is no pair of key and verdict");
        }

        JsonElement key = element[0];
        if (Property(key, "elem") is { } commented)
        {
            key = Property(commented, "val") ?? throw Error("has no key");
        }

        if (Property(key, "concat") is not { ValueKind: JsonValueKind.Array } parts || parts.GetArrayLength() != 3)
        {
            throw Error("has no key of address, protocol and port");
        }

        string chain = Text(Property(Property(element[1], "goto"), "target")) ?? throw Error("does not go to a chain");
        if (s_otherPrefixes.Any(prefix => chain.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return null;
        }

        (string serviceNamespace, string name) = ParseChain(chain) ?? throw Error("goes to no Service's chain");
        return new ServiceRule(
            index,
            ParseIp(Text(parts[0]), Error),
            parts[2].ValueKind == JsonValueKind.Number && parts[2].TryGetUInt16(out ushort port) ? port : throw Error("has no port"),
            ParseProtocol(Text(parts[1]), Error),
            serviceNamespace,
            name);
    }

    /// <summary>Namespace and name from <c>service-HASH-ns/name/protocol/port</c>; null when it is not that.</summary>
    private static (string Namespace, string Name)? ParseChain(string chain)
    {
        int nameStart = ChainNames.NftablesServicePrefix.Length + ChainNames.NftablesHashLength + 1;
        if (!chain.StartsWith(ChainNames.NftablesServicePrefix, StringComparison.Ordinal)
            || chain.Length < nameStart
            || chain[nameStart - 1] != '-')
        {
            return null;
        }

        string[] parts = chain[nameStart..].Split('/');
        return parts.Length == 4 && parts[0].Length > 0 && parts[1].Length > 0 ? (parts[0], parts[1]) : null;
    }

    private static JsonElement? Property(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out JsonElement value) ? value : null;

    private static string? Text(JsonElement? element) => element is { ValueKind: JsonValueKind.String } found ? found.GetString() : null;
}
