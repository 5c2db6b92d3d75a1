using Plumbline.Contracts;

namespace Plumbline.Rules;

/// <summary>
/// What a node's kernel has of kube-proxy. A KUBE chain alone tells nothing: chains of another mode stay behind when the mode is
/// switched, so Services' own rules count.
/// </summary>
public sealed record NodeRules
{
    /// <summary>Rules that lead to a Service's own chain; null where ip_tables has no KUBE-SERVICES.</summary>
    public int? IptablesLegacy { get; init; }

    /// <summary>The same in the nft table <c>ip nat</c>.</summary>
    public int? IptablesNft { get; init; }

    /// <summary>Elements of <c>service-ips</c> that do; null where there is no table <c>ip kube-proxy</c>.</summary>
    public int? Nftables { get; init; }

    /// <summary>Null where no Service's chain of nftables was seen, or its shape is none that is known.</summary>
    public NftablesDialect? Dialect { get; init; }

    /// <summary>Virtual services of IPVS.</summary>
    public int Ipvs { get; init; }
}

/// <summary>The data plane that a node's packets meet, or why there is none that can be measured.</summary>
public sealed record NodeDataPlane
{
    /// <summary>Null where nothing can be measured: <see cref="Refusal"/> says why.</summary>
    public DataPlane? DataPlane { get; private init; }

    public NftablesDialect? Dialect { get; private init; }

    /// <summary>Service rules of <see cref="DataPlane"/>.</summary>
    public int Rules { get; private init; }

    public string? Refusal { get; private init; }

    /// <summary>Data planes whose chains are there without a Service's rule: left behind by a switch of kube-proxy's mode.</summary>
    public IReadOnlyList<DataPlane> Leftovers { get; private init; } = [];

    public static NodeDataPlane Of(NodeRules seen)
    {
        (DataPlane DataPlane, int? Rules)[] all =
        [
            (Contracts.DataPlane.IptablesLegacy, seen.IptablesLegacy),
            (Contracts.DataPlane.IptablesNft, seen.IptablesNft),
            (Contracts.DataPlane.Nftables, seen.Nftables),
        ];
        (DataPlane DataPlane, int? Rules)[] live = [.. all.Where(each => each.Rules > 0)];
        NodeDataPlane found = new() { Leftovers = [.. all.Where(each => each.Rules == 0).Select(each => each.DataPlane)] };
        return seen.Ipvs > 0
            ? found with { Refusal = $"kube-proxy is in IPVS mode here ({seen.Ipvs} virtual services), whose work is not done by rules: switch it to nftables or iptables" }
            : live switch
            {
                [] => found with { Refusal = "the kernel has no Service rules of kube-proxy: it is not there, has not written them yet, or something else stands in for it" },
                [(DataPlane dataPlane, int rules)] => found with
                {
                    DataPlane = dataPlane,
                    Rules = rules,
                    Dialect = dataPlane == Contracts.DataPlane.Nftables ? seen.Dialect : null,
                },
                _ => found with
                {
                    Refusal = $"Service rules of {string.Join(" and of ", live.Select(each => $"{each.DataPlane.WireName()} ({each.Rules})"))} are there, "
                        + "and packets meet all of them: restart the node, or run `kube-proxy --cleanup`, so that one is left",
                },
            };
    }
}
