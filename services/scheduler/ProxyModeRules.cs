using Plumbline.DataPlanes;
using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>What a specification that has kube-proxy switched must keep to. Pure.</summary>
internal static class ProxyModeRules
{
    public const string NotAllowed =
        "would change kube-proxy's mode in its ConfigMap and restart its DaemonSet on every node of the cluster: say allowProxyReconfiguration: true where that may be";

    public const string NotAsked =
        "allows that kube-proxy's mode is changed and kube-proxy restarted on every node, which nothing here asks for: name the modes in proxyModes, or leave it out";

    public const string NoNodes = "must name the cluster's nodes to measure on, as proxyModes is for a cluster's kube-proxy";

    /// <summary>Null where each mode has its data plane; also where modes or data planes are wrong by themselves, which is told elsewhere.</summary>
    public static string? WrongDataPlanes(ExperimentSpec spec)
    {
        ProxyMode[] modes = Known<ProxyMode>(spec.ProxyModes);
        DataPlane[] dataPlanes = [.. (spec.DataPlanes ?? []).Select(name => new DataPlane(name))];
        if (modes is [] || dataPlanes is [] || dataPlanes.Any(each => each.Mode() is null))
        {
            return null;
        }

        DataPlane[] strays = [.. dataPlanes.Where(each => !modes.Contains(each.Mode()!.Value))];
        DataPlane[] iptables = [.. dataPlanes.Where(each => each.Mode() == ProxyMode.Iptables)];
        ProxyMode[] bare = [.. modes.Where(mode => dataPlanes.All(each => each.Mode() != mode))];
        return strays is [DataPlane stray, ..] ? $"names {stray.WireName()}, whose mode {stray.Mode()!.Value.WireName()} is not among proxyModes"
            : iptables.Length > 1 ? $"names {iptables[0].WireName()} and {iptables[1].WireName()}, of which a node has one: name that one"
            : bare is [ProxyMode mode, ..] ? $"names none of proxyModes' {mode.WireName()}: {string.Join(" or ", Of(mode))}"
            : null;
    }

    private static IEnumerable<string> Of(ProxyMode mode) => KnownDataPlanes.All.Where(each => each.Mode == mode).Select(each => each.Name.Name);

    /// <summary>None where any is unknown.</summary>
    private static T[] Known<T>(IReadOnlyList<string>? names)
        where T : struct, Enum =>
        names?.All(name => WireNames.TryParse<T>(name, out _)) == true ? [.. names.Select(WireNames.Parse<T>)] : [];
}
