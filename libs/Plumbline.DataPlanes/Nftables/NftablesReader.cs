using System.Text.Json;
using System.Text.RegularExpressions;
using Plumbline.Contracts;
using static Plumbline.DataPlanes.ServiceRuleFields;

namespace Plumbline.DataPlanes.Nftables;

/// <summary>
/// Reads what <c>nft list</c> prints of the table <c>ip kube-proxy</c>. Only elements that lead to a Service's own
/// chain count: node ports, external addresses and load balancers are not measured. Pure.
/// </summary>
internal static partial class NftablesReader
{
    /// <summary>
    /// Other targets of <c>service-ips</c>: external addresses, source ranges, and ClusterIPs for the node's own
    /// endpoints. iptables has KUBE-EXT, KUBE-FW and KUBE-SVL for them, which do not count either.
    /// </summary>
    private static readonly string[] s_otherPrefixes = ["external-", "firewall-", "local-"];

    private static readonly TimeSpan s_matchTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Reads what <c>nft -j list map ip kube-proxy service-ips</c> prints:
    /// <c>{"nftables": [{"metainfo": …}, {"map": {"name": "service-ips", "elem": [ELEMENT, …]}}]}</c>. ELEMENT is
    /// <c>[KEY, {"goto": {"target": CHAIN}}]</c>. KEY is <c>{"concat": [IP, PROTOCOL, PORT]}</c>, or
    /// <c>{"elem": {"val": KEY, "comment": …}}</c> if it has a comment.
    /// </summary>
    /// <exception cref="FormatException">nft prints no such text; the message has the offending element.</exception>
    public static ServiceRuleSet ReadRules(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
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
            throw new FormatException(
                $"nft's list of {NftablesSets.Services} is not JSON: {exception.Message}", exception);
        }
    }

    /// <summary>The element of the map <c>service-ips</c> that is the rule; null when there is none.</summary>
    /// <param name="listing">As <c>nft list map</c> prints it: elements with commas between them, in braces.</param>
    public static string? FindText(string listing, ServiceRule rule)
    {
        string key = $"{NftablesSets.Socket(rule.ClusterIp, rule.Protocol, rule.Port)} ";
        return listing.Split(',', '\n', '{', '}').Select(element => element.Trim())
            .FirstOrDefault(element => element.StartsWith(key, StringComparison.Ordinal));
    }

    /// <summary>Counts the elements that refuse packets to a namespace's Services without endpoints.</summary>
    /// <param name="listing">As <c>nft list</c> prints the map <c>no-endpoint-services</c>, or more.</param>
    public static int CountRefusing(string listing, string serviceNamespace) => Regex.Count(
        listing,
        $"""
        "{Regex.Escape(serviceNamespace)}/[^"]*" : (goto reject-chain|drop)
        """,
        RegexOptions.ExplicitCapture,
        s_matchTimeout);

    /// <summary>
    /// The shape of the rules, known by a Service's chain: <c>dnat … numgen … map</c>, or <c>numgen … vmap</c> to a
    /// chain of each endpoint. Null where no chain has either.
    /// </summary>
    /// <param name="listing">As <c>nft list table</c> prints it.</param>
    public static NftablesDialect? DialectOf(string listing) =>
        TranslatesItself().IsMatch(listing) ? NftablesDialect.V136
        : LeadsToEndpoint().IsMatch(listing) ? NftablesDialect.V135
        : null;

    private static IEnumerable<JsonElement> Elements(JsonElement root)
    {
        if (Property(root, "nftables") is { ValueKind: JsonValueKind.Array } objects)
        {
            foreach (JsonElement each in objects.EnumerateArray())
            {
                if (Property(each, "map") is { } map && Text(Property(map, "name")) == NftablesSets.Services)
                {
                    // An empty map is listed without "elem".
                    return Property(map, "elem") is not { } elements ? []
                        : elements.ValueKind == JsonValueKind.Array ? elements.EnumerateArray()
                        : throw new FormatException(
                            $"elements of {NftablesSets.Services} are no array: {elements.GetRawText()}");
                }
            }
        }

        throw new FormatException($"nft listed no map {NftablesSets.Services}");
    }

    /// <summary>Null for an element that does not lead to a Service's own chain.</summary>
    private static ServiceRule? ParseElement(JsonElement element, int index)
    {
        FormatException Error(string what) => new($"{NftablesSets.Services} element {what}: {element.GetRawText()}");

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
            parts[2].ValueKind == JsonValueKind.Number && parts[2].TryGetUInt16(out ushort port)
                ? port
                : throw Error("has no port"),
            ParseProtocol(Text(parts[1]), Error),
            serviceNamespace,
            name);
    }

    /// <summary>Namespace and name from <c>service-HASH-ns/name/protocol/port</c>; null for another name.</summary>
    private static (string Namespace, string Name)? ParseChain(string chain)
    {
        int nameStart = NftablesChains.ServicePrefix.Length + NftablesChains.HashLength + 1;
        return chain.StartsWith(NftablesChains.ServicePrefix, StringComparison.Ordinal)
            && chain.Length >= nameStart
            && chain[nameStart - 1] == '-'
            && chain[nameStart..].Split('/') is [{ Length: > 0 } serviceNamespace, { Length: > 0 } name, _, _]
                ? (serviceNamespace, name)
                : null;
    }

    private static JsonElement? Property(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out JsonElement value)
            ? value
            : null;

    private static string? Text(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.String } found ? found.GetString() : null;

    [GeneratedRegex(
        @"^\t\t(meta l4proto \S+ )?dnat ip to numgen random mod \d+ map",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex TranslatesItself();

    [GeneratedRegex(@"^\t\tnumgen random mod \d+ vmap", RegexOptions.Multiline)]
    private static partial Regex LeadsToEndpoint();
}
