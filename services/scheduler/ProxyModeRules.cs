using Plumbline.Contracts;
using Plumbline.DataPlanes;

namespace Plumbline.Scheduler;

/// <summary>Rules for specifications that switch kube-proxy's mode. Pure.</summary>
internal static class ProxyModeRules
{
    public const string NotAllowed =
        "changes kube-proxy's mode in its ConfigMap and restarts its DaemonSet on every node of the cluster; "
        + "set allowProxyReconfiguration: true to allow that";

    public const string NotAsked =
        "allows changes to kube-proxy's mode, but no field asks for them; name the modes in proxyModes, "
        + "or remove this field";

    public const string NoNodes =
        "must name the cluster's nodes to measure on, because proxyModes changes a cluster's kube-proxy";

    /// <summary>
    /// Why data planes and modes do not fit each other. Null when they do, and when either is wrong by itself: other
    /// rules report that.
    /// </summary>
    public static string? WrongDataPlanes(ExperimentSpec spec)
    {
        ProxyMode[] modes = Modes(spec.ProxyModes ?? []);
        (DataPlane Name, ProxyMode? Mode)[] dataPlanes =
            [.. (spec.DataPlanes ?? []).Select(name => new DataPlane(name)).Select(name => (name, name.Mode()))];
        if (modes.Length == 0 || dataPlanes.Length == 0 || dataPlanes.Any(each => each.Mode is null))
        {
            return null;
        }

        foreach ((DataPlane name, ProxyMode? mode) in dataPlanes)
        {
            if (!modes.Contains(mode!.Value))
            {
                return $"names {name}, but proxyModes lacks its mode {mode.Value.WireName()}";
            }
        }

        foreach (ProxyMode mode in modes)
        {
            DataPlane[] ofMode = [.. dataPlanes.Where(each => each.Mode == mode).Select(each => each.Name)];
            switch (ofMode.Length)
            {
                case 0:
                    string known = string.Join(" or ", KnownDataPlanes.All
                        .Where(each => each.Mode == mode).Select(each => each.Name));
                    return $"lacks a data plane of mode {mode.WireName()}; add {known}";
                case > 1:
                    return $"names {string.Join(" and ", ofMode)}, but a node has only one of them; name that one";
            }
        }

        return null;
    }

    /// <summary>Empty when any name is unknown.</summary>
    private static ProxyMode[] Modes(IReadOnlyList<string> names) =>
        names.All(name => WireNames.TryParse<ProxyMode>(name, out _))
            ? [.. names.Select(WireNames.Parse<ProxyMode>)]
            : [];
}
