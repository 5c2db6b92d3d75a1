using Plumbline.Contracts;
using Plumbline.Paths.Lab;
using Plumbline.Linux;
using Plumbline.NodeProbe;
using Plumbline.NodeProbe.Traffic.Pktgen;
using Plumbline.DataPlanes;
using Plumbline.Scheduler;
using Plumbline.Probing.Functions;

namespace Plumbline.Cli;

/// <summary>What the lab needs of the machine beyond the kernel: tools, room in the conntrack table, and nothing left over.</summary>
internal static class Requirements
{
    /// <param name="NeededFor">Names an experiment's data planes and probes that need it; none where every lab does.</param>
    private sealed record Requirement(string Tool, string Package, params IReadOnlyList<string> NeededFor);

    private static readonly Requirement[] s_tools =
    [
        new("ip", "iproute2"),
        new("sysctl", "procps"),
        new("nft", "nftables", DataPlane.Nftables.WireName(), Measure.RoundTrip.WireName()),
        new("iptables-legacy-restore", "iptables", DataPlane.IptablesLegacy.WireName()),
        new("iptables-nft-restore", "iptables", DataPlane.IptablesNft.WireName()),
    ];

    /// <summary>Everything `doctor` tells.</summary>
    public static async Task<IReadOnlyList<Finding>> CheckAllAsync()
    {
        List<Finding> findings = [.. Preflight.CheckKernel()];
        foreach (Requirement requirement in s_tools)
        {
            findings.Add(await CheckToolAsync(requirement));
        }

        if (LinuxUser.IsRoot)
        {
            findings.Add(await CheckLegacyTablesAsync());
            findings.Add(await CheckConntrackAsync());
            findings.Add(await CheckKubeProxyAsync());
            findings.Add(CheckLeftovers());
        }

        return findings;
    }

    /// <summary>What stops a lab on these data planes; one line for the user.</summary>
    /// <param name="command">That wants one.</param>
    /// <param name="choice">Its flags by which a data plane or probe can be left out.</param>
    /// <exception cref="UserException">Something is missing.</exception>
    public static void Demand(ExperimentSpec spec, string command = "lab", string choice = "--data-planes and --probes")
    {
        if (!LinuxUser.IsRoot)
        {
            throw new UserException(ExitCode.CannotRun, $"plumbline {command} needs root for namespaces, rules and BPF: run it with sudo");
        }

        foreach (Requirement requirement in s_tools)
        {
            string[] neededFor = [.. requirement.NeededFor.Intersect([.. spec.DataPlanes, .. spec.Measure])];
            if ((requirement.NeededFor.Count == 0 || neededFor.Length > 0) && Tool.Find(requirement.Tool) is null)
            {
                string purpose = neededFor.Length > 0 ? $" (for {string.Join(" and ", neededFor)}; or leave that out of {choice})" : "";
                throw new UserException(ExitCode.CannotRun,
                    $"{requirement.Tool} is missing: apt-get install {requirement.Package}{purpose}");
            }
        }

        if (spec.Generator == GeneratorKind.Pktgen.WireName() && spec.Measure.Contains(Measure.OneWay.WireName()) && PktgenModule.FindObstacle() is { } obstacle)
        {
            throw new UserException(ExitCode.CannotRun, $"{obstacle}; use --generator auto or af_packet");
        }

        if (Preflight.CheckKernel().FirstOrDefault(finding => finding.Level == FindingLevel.Blocking) is { } blocking)
        {
            throw new UserException(ExitCode.CannotRun, $"{blocking.What}: {blocking.Detail}; {blocking.Remedy}");
        }
    }

    /// <summary>Leaves iptables-legacy out where the kernel has no tables for it, so that the others can be measured all the same.</summary>
    /// <returns>What can be measured, and what was left out and why, in words; null where nothing was.</returns>
    /// <exception cref="UserException">Nothing else was asked for.</exception>
    public static async Task<(ExperimentSpec Spec, string? LeftOut)> WithoutMissingTablesAsync(ExperimentSpec spec)
    {
        string legacy = DataPlane.IptablesLegacy.WireName();
        if (!spec.DataPlanes.Contains(legacy))
        {
            return (spec, null);
        }

        Finding tables = await CheckLegacyTablesAsync();
        if (tables.Level == FindingLevel.Good)
        {
            return (spec, null);
        }

        string[] others = [.. spec.DataPlanes.Where(each => each != legacy)];
        return others.Length > 0
            ? (spec with { DataPlanes = others }, $"{legacy} cannot be had here, so the others are measured alone: {tables.Detail}")
            : throw new UserException(ExitCode.CannotRun, $"{legacy} cannot be had here: {tables.Detail}; {tables.Remedy}");
    }

    /// <summary>Looks whether this kernel lets the function probe be, where the experiment asks for it.</summary>
    /// <returns>Why the stage probe will measure alone; null where it does not, or nothing else was asked for.</returns>
    /// <exception cref="UserException">The function probe cannot be had, and nothing else was asked for.</exception>
    public static string? DemandFunctionProbe(ExperimentSpec spec)
    {
        // A wrong specification is refused by its fields, whatever this kernel can do.
        if (spec.Timing is null || !spec.Timing.Contains(Timing.Function.WireName()) || ExperimentSpecValidator.Errors(spec).Count > 0)
        {
            return null;
        }

        try
        {
            AttachCheck.Demand();
            return null;
        }
        catch (FunctionProbeException exception)
        {
            return spec.Timing.Contains(Timing.Stage.WireName())
                ? $"the function probe cannot be had here, so the stage probe measures alone: {exception.Message}"
                : throw new UserException(ExitCode.CannotRun, $"the function probe cannot be had here: {exception.Message}; use --probe stage");
        }
    }

    private static async Task<Finding> CheckToolAsync(Requirement requirement)
    {
        if (Tool.Find(requirement.Tool) is not { } path)
        {
            string lost = requirement.NeededFor.Count > 0 ? $"{string.Join(" and ", requirement.NeededFor)} cannot be measured" : "the lab cannot run";
            FindingLevel level = requirement.NeededFor.Count == 0 ? FindingLevel.Blocking : FindingLevel.Limited;
            return new Finding(requirement.Tool, level, $"missing: {lost}", $"apt-get install {requirement.Package}");
        }

        string argument = requirement.Tool == "ip" ? "-V" : "--version";
        string version = (await Tool.RunAsync(NetworkNamespace.Own, path, [argument])).Trim();
        return new Finding(requirement.Tool, FindingLevel.Good, version);
    }

    /// <summary>Since 6.17 distributions may leave the legacy tables out of the kernel; trying is the only sure way to know.</summary>
    private static async Task<Finding> CheckLegacyTablesAsync()
    {
        const string what = "legacy tables";
        if (Tool.Find("iptables-legacy") is null)
        {
            return new Finding(what, FindingLevel.Limited, "iptables-legacy is missing", "apt-get install iptables");
        }

        string name = $"{LabNode.NamePrefix}doctor-{Environment.ProcessId}";
        NetworkNamespace scratch = new(name);
        await Tool.RunAsync(NetworkNamespace.Own, "ip", ["netns", "add", name]);
        try
        {
            await Tool.RunAsync(scratch, "iptables-legacy", ["-t", "nat", "-S"]);
            return new Finding(what, FindingLevel.Good, "the kernel has ip_tables");
        }
        catch (ToolException exception)
        {
            return new Finding(what, FindingLevel.Limited, exception.Message, "leave iptables-legacy out of --data-planes, or use a kernel with CONFIG_NETFILTER_XTABLES_LEGACY");
        }
        finally
        {
            await Tool.RunAsync(NetworkNamespace.Own, "ip", ["netns", "delete", name]);
        }
    }

    private static async Task<Finding> CheckConntrackAsync()
    {
        const string what = "conntrack";
        try
        {
            long max = await NetworkNamespace.Own.ReadSysctlAsync("net.netfilter.nf_conntrack_max");
            long count = await NetworkNamespace.Own.ReadSysctlAsync("net.netfilter.nf_conntrack_count");
            ExperimentSpec defaults = new();
            return max >= 10 * defaults.Packets
                ? new Finding(what, FindingLevel.Good, $"{count} of {max} entries in use")
                : new Finding(what, FindingLevel.Limited, $"only {max} entries", "sysctl -w net.netfilter.nf_conntrack_max=262144, or fewer --packets");
        }
        catch (IOException)
        {
            return new Finding(what, FindingLevel.Limited, "not loaded yet; the first rules load it", "modprobe nf_conntrack");
        }
    }

    /// <summary>The lab has rules of its own and needs none of the machine's; a node of a cluster is measured by its own.</summary>
    private static async Task<Finding> CheckKubeProxyAsync()
    {
        const string what = "kube-proxy";
        try
        {
            DetectedDataPlane node = DetectedDataPlane.Of(await DataPlaneDetector.ReadAsync(NetworkNamespace.Own, CancellationToken.None));
            string leftovers = node.Leftovers.Count == 0 ? "" : $"; chains without Services are left of {string.Join(" and ", node.Leftovers.Select(each => each.WireName()))}";
            string dialect = node.Dialect is { } known ? $" (as of {known.WireName()})" : "";
            return node.DataPlane is { } dataPlane
                ? new Finding(what, FindingLevel.Good, $"{dataPlane.WireName()}{dialect}, {node.Rules} Service rules{leftovers}")
                : new Finding(what, FindingLevel.Absent, $"{node.Refusal}{leftovers}; the lab needs none");
        }
        catch (Exception exception) when (exception is ToolException or FormatException)
        {
            return new Finding(what, FindingLevel.Absent, $"its rules cannot be read: {exception.Message}; the lab needs none");
        }
    }

    private static Finding CheckLeftovers()
    {
        int count = LabNetwork.List().Count;
        using LabLock? labLock = LabLock.TryTake();
        return labLock is null ? new Finding("leftovers", FindingLevel.Good, "a lab is running")
            : count == 0 ? new Finding("leftovers", FindingLevel.Good, "none")
            : new Finding("leftovers", FindingLevel.Limited, $"{count} network namespaces of an earlier lab", "plumbline cleanup");
    }
}
