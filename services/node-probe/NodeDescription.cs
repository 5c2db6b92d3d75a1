using System.Reflection;
using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Linux;
using Plumbline.Trials;

namespace Plumbline.NodeProbe;

/// <summary>Reads from /proc, /sys and the tools what can explain a result.</summary>
internal static class NodeDescription
{
    private const string CpuFolder = "sys/devices/system/cpu";
    private const string VulnerabilitiesFolder = $"{CpuFolder}/vulnerabilities";
    private const string None = "none";
    private const string Unknown = "unknown";

    public static async Task<MachineDescription> ReadAsync() =>
        Read(SystemFiles.OfMachine, KernelClock.OfMachine, CpuChoice.OfProcess.Cpu, await ToolsAsync());

    /// <param name="tools">Versions by the tools' names.</param>
    public static MachineDescription Read(
        SystemFiles files, KernelClock clock, int sendingCpu, IReadOnlyDictionary<string, string> tools)
    {
        CpuTopology topology = new(files);
        return new MachineDescription
        {
            Kernel = files.Read("proc/sys/kernel/osrelease") ?? Unknown,
            Preemption = KernelPreemption.Read(files),
            ClockSource = clock.Source,
            ClockStepNs = clock.StepNs,
            OperatingSystem = Field(files, "etc/os-release", "PRETTY_NAME", '=').Trim('"'),
            CpuModel = Field(files, "proc/cpuinfo", "model name", ':'),
            CpuCount = Environment.ProcessorCount,
            IsolatedCpus = Listed(topology.Isolated),
            TicklessCpus = Listed(topology.Tickless),
            Smt = Smt(topology, sendingCpu),
            Governor = files.Read($"{CpuFolder}/cpu{sendingCpu}/cpufreq/scaling_governor") ?? None,
            Boost = Boost(files),
            Hypervisor = Field(files, "proc/cpuinfo", "flags", ':').Split(' ').Contains("hypervisor")
                ? files.Read("sys/class/dmi/id/sys_vendor") ?? "unnamed"
                : None,
            Mitigations = Mitigations(files),
            Tools = tools,
            PlumblineVersion = typeof(NodeDescription).Assembly
                .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? Unknown,
        };
    }

    private static string Smt(CpuTopology topology, int sendingCpu) =>
        (topology.SharesCores, topology.SiblingsOf(sendingCpu)) switch
        {
            (_, { Count: > 0 } siblings) => $"on; CPU {sendingCpu} sends and shares its core with {Listed(siblings)}",
            (true, _) => $"on; CPU {sendingCpu} sends and shares its core with none",
            (false, _) => "off",
            _ => Unknown,
        };

    /// <summary>intel_pstate has a switch of its own, which means the opposite.</summary>
    private static string Boost(SystemFiles files) =>
        (files.Read($"{CpuFolder}/cpufreq/boost"), files.Read($"{CpuFolder}/intel_pstate/no_turbo")) switch
        {
            ("1", _) or (null, "0") => "on",
            ("0", _) or (null, "1") => "off",
            _ => Unknown,
        };

    private static string Mitigations(SystemFiles files)
    {
        if (files.Names(VulnerabilitiesFolder) is not { } names)
        {
            return Unknown;
        }

        IEnumerable<string> on =
            from name in names
            let state = files.Read($"{VulnerabilitiesFolder}/{name}")
            where state?.StartsWith("Mitigation", StringComparison.Ordinal) == true
            select $"{name}: {state["Mitigation: ".Length..]}";
        return string.Join("; ", on) is { Length: > 0 } text ? text : "none on";
    }

    private static async Task<IReadOnlyDictionary<string, string>> ToolsAsync()
    {
        SortedDictionary<string, string> versions = new(StringComparer.Ordinal);
        foreach ((string tool, _) in KnownDataPlanes.WithRules.SelectMany(plane => plane.Tools))
        {
            versions[tool] = await VersionAsync(tool);
        }

        return versions;
    }

    private static async Task<string> VersionAsync(string tool)
    {
        try
        {
            return (await Tool.RunAsync(NetworkNamespace.Own, tool, ["--version"])).Trim();
        }
        catch (ToolException)
        {
            return "not installed";
        }
    }

    private static string Listed(IReadOnlyList<int> cpus) => cpus.Count == 0 ? None : string.Join(", ", cpus);

    private static string Field(SystemFiles files, string path, string key, char separator)
    {
        string? line = files.Read(path)?.Split('\n')
            .FirstOrDefault(each => each.StartsWith(key, StringComparison.Ordinal));
        return line is null ? Unknown : line[(line.IndexOf(separator, StringComparison.Ordinal) + 1)..].Trim();
    }
}
