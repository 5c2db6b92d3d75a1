using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>The shape of kube-proxy's nftables rules, named after the newest kube-proxy that writes it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NftablesDialect>))]
public enum NftablesDialect
{
    /// <summary>kube-proxy 1.36 and later: one <c>dnat … numgen … map</c> rule in each service chain.</summary>
    [JsonStringEnumMemberName("1.36")]
    V136,

    /// <summary>kube-proxy 1.33 to 1.35: <c>numgen … vmap</c> to a chain for each endpoint.</summary>
    [JsonStringEnumMemberName("1.35")]
    V135,
}
