using Plumbline.Contracts;

namespace Plumbline.DataPlanes;

/// <summary>The data plane that a node's packets meet, or why there is none that can be measured.</summary>
public sealed record DetectedDataPlane
{
    /// <summary>Null where nothing can be measured: <see cref="Refusal"/> says why.</summary>
    public DataPlane? DataPlane { get; private init; }

    public NftablesDialect? Dialect { get; private init; }

    /// <summary>Service rules of <see cref="DataPlane"/>.</summary>
    public int Rules { get; private init; }

    public string? Refusal { get; private init; }

    /// <summary>Data planes whose chains are there without a Service's rule: left behind by a switch of kube-proxy's mode.</summary>
    public IReadOnlyList<DataPlane> Leftovers { get; private init; } = [];

    /// <summary>Judges by Services' own rules: a KUBE chain alone may be left from another mode. Pure.</summary>
    public static DetectedDataPlane Of(KernelRuleCounts seen)
    {
        (DataPlane DataPlane, int Rules)[] live = [.. seen.Planes.Where(each => each.Rules > 0)];
        DetectedDataPlane found = new() { Leftovers = [.. seen.Planes.Where(each => each.Rules == 0).Select(each => each.DataPlane)] };
        return seen.Ipvs > 0
            ? found with { Refusal = $"kube-proxy is in IPVS mode here ({seen.Ipvs} virtual services), whose work is not done by rules: switch it to nftables or iptables" }
            : live switch
            {
                [] => found with { Refusal = "the kernel has no Service rules of kube-proxy: it is not there, has not written them yet, or something else stands in for it" },
                [(DataPlane dataPlane, int rules)] => found with
                {
                    DataPlane = dataPlane,
                    Rules = rules,
                    Dialect = KnownDataPlanes.Of(dataPlane).HasDialects ? seen.Dialect : null,
                },
                _ => found with
                {
                    Refusal = $"Service rules of {string.Join(" and of ", live.Select(each => $"{each.DataPlane} ({each.Rules})"))} are there, "
                        + "and packets meet all of them: restart the node, or run `kube-proxy --cleanup`, so that one is left",
                },
            };
    }
}

/// <summary>What a node's kernel has of kube-proxy.</summary>
public sealed record KernelRuleCounts
{
    /// <summary>Service rules of each data plane whose chains are there.</summary>
    public IReadOnlyList<(DataPlane DataPlane, int Rules)> Planes { get; init; } = [];

    /// <summary>Null where no Service's chain of nftables was seen, or its shape is none that is known.</summary>
    public NftablesDialect? Dialect { get; init; }

    /// <summary>Virtual services of IPVS.</summary>
    public int Ipvs { get; init; }
}
