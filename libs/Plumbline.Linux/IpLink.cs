using System.Text.Json.Serialization;

namespace Plumbline.Linux;

/// <summary>A network device and its addresses, as <c>ip -j address show</c> lists them.</summary>
public sealed record IpLink
{
    [JsonPropertyName("ifindex")]
    public int Index { get; init; }

    [JsonPropertyName("ifname")]
    public string Name { get; init; } = "";

    /// <summary>As <c>UP</c>, <c>DOWN</c>, <c>LOWERLAYERDOWN</c> or <c>UNKNOWN</c>.</summary>
    [JsonPropertyName("operstate")]
    public string State { get; init; } = "";

    [JsonPropertyName("altnames")]
    public IReadOnlyList<string> AltNames { get; init; } = [];

    [JsonPropertyName("addr_info")]
    public IReadOnlyList<IpLinkAddress> Addresses { get; init; } = [];

    /// <summary>The namespace's devices.</summary>
    /// <exception cref="ToolException">ip failed.</exception>
    public static Task<IReadOnlyList<IpLink>> ListAsync(NetworkNamespace where, CancellationToken token = default) =>
        IpJson.ListAsync<IpLink>(where, ["address", "show"], token);

    /// <summary>One device.</summary>
    /// <exception cref="ToolException">There is no such device, or ip failed.</exception>
    public static async Task<IpLink> GetAsync(NetworkNamespace where, string name, CancellationToken token = default) =>
        (await IpJson.ListAsync<IpLink>(where, ["address", "show", "dev", name], token)).Single();
}

/// <summary>An address of a device.</summary>
/// <param name="Family"><c>inet</c> or <c>inet6</c>.</param>
/// <param name="Address">Without the length of its prefix.</param>
/// <param name="Length">Bits of the prefix that is on the device's link.</param>
public sealed record IpLinkAddress(
    [property: JsonPropertyName("family")] string Family,
    [property: JsonPropertyName("local")] string Address,
    [property: JsonPropertyName("prefixlen")] int Length);
