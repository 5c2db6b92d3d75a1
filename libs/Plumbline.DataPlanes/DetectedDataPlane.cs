using Plumbline.Contracts;

namespace Plumbline.DataPlanes;

/// <summary>The data plane that a node's packets meet, or why none can be measured.</summary>
public sealed record DetectedDataPlane
{
    private const string NoRules = "the kernel has no Service rules of kube-proxy: kube-proxy does not run here,"
        + " has not written them yet, or another program replaces it";

    /// <summary>Null where nothing can be measured: <see cref="Refusal"/> says why.</summary>
    public DataPlane? DataPlane { get; private init; }

    public NftablesDialect? Dialect { get; private init; }

    /// <summary>Service rules of <see cref="DataPlane"/>.</summary>
    public int Rules { get; private init; }

    public string? Refusal { get; private init; }

    /// <summary>Data planes whose chains hold no Service's rule: a switch of kube-proxy's mode left them.</summary>
    public IReadOnlyList<DataPlane> Leftovers { get; private init; } = [];

    /// <summary>Judges by Services' own rules: a KUBE chain alone may be left from another mode. Pure.</summary>
    public static DetectedDataPlane Of(KernelRuleCounts counts)
    {
        DataPlane[] leftovers = [.. counts.Planes.Where(each => each.Rules == 0).Select(each => each.DataPlane)];
        Detection[] live = [.. counts.Planes.Where(each => each.Rules > 0)];
        return counts.Ipvs == 0 && live is [Detection only]
            ? new() { DataPlane = only.DataPlane, Dialect = only.Dialect, Rules = only.Rules, Leftovers = leftovers }
            : new() { Refusal = Refuse(live, counts.Ipvs), Leftovers = leftovers };
    }

    private static string Refuse(Detection[] live, int ipvs) =>
        ipvs > 0
            ? $"kube-proxy is in IPVS mode here ({ipvs} virtual services), which has no rules to measure:"
                + " switch it to nftables or iptables"
            : live.Length == 0
                ? NoRules
                : $"Service rules of {string.Join(" and of ", live.Select(each => $"{each.DataPlane} ({each.Rules})"))}"
                    + " are there, and packets meet all of them: restart the node, or run `kube-proxy --cleanup`,"
                    + " so that one is left";
}
