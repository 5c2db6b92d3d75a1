using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Linux;
using Plumbline.NodeProbe.Traffic.Pktgen;
using Plumbline.NodeProbe;
using Plumbline.Paths.Lab;
using Plumbline.Probing.Functions;
using Plumbline.Probing;
using Plumbline.Scheduler;
using Plumbline.Trials;

namespace Plumbline.Cli;

/// <summary>Checks what the lab needs besides the kernel: tools, conntrack entries, no leftovers.</summary>
internal static class Requirements
{
    /// <param name="NeededFor">Data planes and measures that need it. Empty when every lab does.</param>
    private sealed record Requirement(string Tool, string Package, params IReadOnlyList<string> NeededFor);

    private static IEnumerable<Requirement> Tools =>
    [
        new("ip", "iproute2"),
        .. KnownDataPlanes.WithRules
            .SelectMany(plane => plane.Tools, (plane, each) => (each.Tool, each.Package, For: plane.Name.Name))
            .Append((Tool: "nft", Package: "nftables", For: Measure.RoundTrip.WireName()))
            .GroupBy(each => (each.Tool, each.Package), each => each.For)
            .Select(each => new Requirement(each.Key.Tool, each.Key.Package, [.. each])),
    ];

    /// <summary>All rows of `doctor`.</summary>
    public static async Task<IReadOnlyList<Finding>> CheckAllAsync()
    {
        List<Finding> findings = [.. Preflight.CheckKernel()];
        foreach (Requirement requirement in Tools)
        {
            findings.Add(await CheckToolAsync(requirement));
        }

        if (LinuxUser.IsRoot)
        {
            foreach (IDataPlane plane in KnownDataPlanes.WithRules)
            {
                if (await plane.CheckKernelAsync(CancellationToken.None) is { } check)
                {
                    FindingLevel level = check.Remedy is null ? FindingLevel.Good : FindingLevel.Limited;
                    findings.Add(new Finding(check.What, level, check.Detail, check.Remedy ?? ""));
                }
            }

            findings.Add(await CheckConntrackAsync());
            findings.Add(await CheckKubeProxyAsync());
            findings.Add(CheckLeftovers());
        }

        return findings;
    }

    /// <summary>Stops a lab that cannot run, with one line for the user.</summary>
    /// <param name="command">The command that needs a lab.</param>
    /// <param name="choice">Its flags that can leave out a data plane or measure.</param>
    /// <exception cref="UserException">Something is missing.</exception>
    public static void Demand(
        ExperimentSpec spec, string command = "lab", string choice = "--data-planes and --measure")
    {
        if (!LinuxUser.IsRoot)
        {
            throw CannotRun($"plumbline {command} needs root for namespaces, rules and BPF: run it with sudo");
        }

        foreach (Requirement requirement in Tools)
        {
            string[] neededFor = [.. requirement.NeededFor.Intersect([.. spec.DataPlanes, .. spec.Measure])];
            if ((requirement.NeededFor.Count == 0 || neededFor.Length > 0) && Tool.Find(requirement.Tool) is null)
            {
                string purpose = neededFor.Length > 0
                    ? $" (for {string.Join(" and ", neededFor)}; or leave that out of {choice})"
                    : "";
                throw CannotRun($"{requirement.Tool} is missing: apt-get install {requirement.Package}{purpose}");
            }
        }

        string[] stamped = [Measure.OneWay.WireName(), Measure.RoundTrip.WireName()];
        if (spec.Measure.Intersect(stamped).Any() && ClockJudge.FindObstacle(KernelClock.OfMachine) is { } obstacle)
        {
            throw CannotRun($"clock: {obstacle}; {ClockJudge.Remedy}");
        }

        if (spec.Generator == GeneratorKind.Pktgen.WireName()
            && spec.Measure.Contains(Measure.OneWay.WireName())
            && PktgenModule.FindObstacle() is { } missing)
        {
            throw CannotRun($"{missing}; use --generator auto or af_packet");
        }

        if (Preflight.CheckKernel().FirstOrDefault(each => each.Level == FindingLevel.Blocking) is { } blocking)
        {
            throw CannotRun($"{blocking.What}: {blocking.Detail}; {blocking.Remedy}");
        }
    }

    /// <summary>Leaves out the data planes whose rules this kernel cannot hold, so that others are measured.</summary>
    /// <returns>What can be measured, and what is left out and why. Null when nothing is.</returns>
    /// <exception cref="UserException">None is left.</exception>
    public static async Task<(ExperimentSpec Spec, string? LeftOut)> WithoutMissingPlanesAsync(ExperimentSpec spec)
    {
        List<string> possible = [.. spec.DataPlanes];
        List<string> reasons = [];
        foreach (IDataPlane plane in KnownDataPlanes.WithRules.Where(each => possible.Contains(each.Name.Name)))
        {
            if (await plane.CheckKernelAsync(CancellationToken.None) is { Remedy: { } remedy } check)
            {
                possible.Remove(plane.Name.Name);
                reasons.Add(possible.Count > 0
                    ? $"{plane.Name} cannot be measured here, only the others: {check.Detail}"
                    : throw CannotRun($"{plane.Name} cannot be measured here: {check.Detail}; {remedy}"));
            }
        }

        return reasons.Count == 0 ? (spec, null) : (spec with { DataPlanes = possible }, string.Join("; ", reasons));
    }

    /// <summary>Tries whether this kernel supports the function probe, if the experiment asks for it.</summary>
    /// <returns>Why only the stage probe measures. Null when both do, or only it was asked for.</returns>
    /// <exception cref="UserException">Only the function probe was asked for, and it is not supported.</exception>
    public static string? DemandFunctionProbe(ExperimentSpec spec)
    {
        // A wrong specification is refused by its fields, whatever this kernel supports.
        if (spec.Timing?.Contains(Timing.Function.WireName()) != true || ExperimentSpecValidator.Errors(spec).Count > 0)
        {
            return null;
        }

        try
        {
            AttachCheck.Demand();
            return null;
        }
        catch (ProbeUnavailableException exception)
        {
            const string cannot = "the function probe cannot be used here";
            return spec.Timing.Contains(Timing.Stage.WireName())
                ? $"{cannot}, so only the stage probe measures: {exception.Message}"
                : throw CannotRun($"{cannot}: {exception.Message}; use --timing stage");
        }
    }

    private static async Task<Finding> CheckToolAsync(Requirement requirement)
    {
        if (Tool.Find(requirement.Tool) is not { } path)
        {
            string remedy = $"apt-get install {requirement.Package}";
            return requirement.NeededFor.Count == 0
                ? new Finding(requirement.Tool, FindingLevel.Blocking, "missing: the lab cannot run", remedy)
                : new Finding(
                    requirement.Tool,
                    FindingLevel.Limited,
                    $"missing: {string.Join(" and ", requirement.NeededFor)} cannot be measured",
                    remedy);
        }

        string argument = requirement.Tool == "ip" ? "-V" : "--version";
        string version = (await Tool.RunAsync(NetworkNamespace.Own, path, [argument])).Trim();
        return new Finding(requirement.Tool, FindingLevel.Good, version);
    }

    private static async Task<Finding> CheckConntrackAsync()
    {
        const string what = "conntrack";
        try
        {
            long max = await NetworkNamespace.Own.ReadSysctlAsync("net.netfilter.nf_conntrack_max");
            long count = await NetworkNamespace.Own.ReadSysctlAsync("net.netfilter.nf_conntrack_count");
            return max >= 10 * new ExperimentSpec().Packets
                ? new Finding(what, FindingLevel.Good, $"{count} of {max} entries in use")
                : new Finding(
                    what,
                    FindingLevel.Limited,
                    $"only {max} entries",
                    "sysctl -w net.netfilter.nf_conntrack_max=262144, or fewer --packets");
        }
        catch (IOException)
        {
            const string detail = "not loaded yet; the first rules load it";
            return new Finding(what, FindingLevel.Limited, detail, "modprobe nf_conntrack");
        }
    }

    /// <summary>The lab writes rules of its own. On a cluster's node, kube-proxy's are measured.</summary>
    private static async Task<Finding> CheckKubeProxyAsync()
    {
        const string what = "kube-proxy";
        const string unneeded = "; the lab needs none";
        try
        {
            KernelRuleCounts counts = await DataPlaneDetector.ReadAsync(NetworkNamespace.Own, CancellationToken.None);
            DetectedDataPlane found = DetectedDataPlane.Of(counts);
            string leftovers = DataPlaneText.Leftovers(found.Leftovers);
            return found.DataPlane is { } dataPlane
                ? new Finding(
                    what, FindingLevel.Good, DataPlaneText.Rules(dataPlane, found.Dialect, found.Rules) + leftovers)
                : new Finding(what, FindingLevel.Absent, found.Refusal + leftovers + unneeded);
        }
        catch (Exception exception) when (exception is ToolException or FormatException)
        {
            return new Finding(
                what, FindingLevel.Absent, $"its rules cannot be read: {exception.Message}{unneeded}");
        }
    }

    private static Finding CheckLeftovers()
    {
        const string what = "leftovers";
        int count = LabNetwork.List().Count;
        using LabLock? labLock = LabLock.TryTake();
        return labLock is null ? new Finding(what, FindingLevel.Good, "a lab is running")
            : count == 0 ? new Finding(what, FindingLevel.Good, "none")
            : new Finding(
                what, FindingLevel.Limited, $"{count} network namespaces of an earlier lab", "plumbline cleanup");
    }

    private static UserException CannotRun(string message) => new(ExitCode.CannotRun, message);
}
