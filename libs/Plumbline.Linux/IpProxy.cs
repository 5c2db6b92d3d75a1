using System.Text.Json.Serialization;

namespace Plumbline.Linux;

/// <summary>
/// An address for which the node answers ARP on a device, as <c>ip -j neighbour show proxy</c> lists it.
/// </summary>
/// <param name="Protocol">Who made the entry: a number, or a name from rt_protos; null where it was not given.</param>
public sealed record IpProxy(
    [property: JsonPropertyName("dst")] string Address,
    [property: JsonPropertyName("dev")] string Device,
    [property: JsonPropertyName("protocol")] string? Protocol = null)
{
    /// <summary>The namespace's entries.</summary>
    /// <exception cref="ToolException">ip failed.</exception>
    public static Task<IReadOnlyList<IpProxy>> ListAsync(NetworkNamespace where, CancellationToken token = default) =>
        IpJson.ListAsync<IpProxy>(where, ["neighbour", "show", "proxy"], token);
}
