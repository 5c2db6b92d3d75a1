using System.Reflection;
using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.NodeProbe;

/// <summary>Reads from /proc, /sys and the tools what can explain a result.</summary>
internal static class NodeDescription
{
    private const string VulnerabilitiesFolder = "/sys/devices/system/cpu/vulnerabilities";

    public static async Task<MachineDescription> ReadAsync() => new()
    {
        Kernel = KernelRelease.Running,
        OperatingSystem = Field("/etc/os-release", "PRETTY_NAME", '=').Trim('"'),
        CpuModel = Field("/proc/cpuinfo", "model name", ':'),
        CpuCount = Environment.ProcessorCount,
        Governor = ReadOr("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "none"),
        Hypervisor = Field("/proc/cpuinfo", "flags", ':').Split(' ').Contains("hypervisor")
            ? ReadOr("/sys/class/dmi/id/sys_vendor", "unnamed")
            : "none",
        Mitigations = Mitigations(),
        NftVersion = await VersionAsync("nft"),
        IptablesVersion = await VersionAsync("iptables"),
        PlumblineVersion = typeof(NodeDescription).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
    };

    private static string Mitigations()
    {
        if (!Directory.Exists(VulnerabilitiesFolder))
        {
            return "unknown";
        }

        IEnumerable<string> on = Directory.EnumerateFiles(VulnerabilitiesFolder).Order()
            .Select(file => (Name: Path.GetFileName(file), State: ReadOr(file, "")))
            .Where(each => each.State.StartsWith("Mitigation", StringComparison.Ordinal))
            .Select(each => $"{each.Name}: {each.State["Mitigation: ".Length..]}");
        return string.Join("; ", on) is { Length: > 0 } text ? text : "none on";
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

    private static string Field(string file, string key, char separator)
    {
        string? line = File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(each => each.StartsWith(key, StringComparison.Ordinal))
            : null;
        return line is null ? "unknown" : line[(line.IndexOf(separator, StringComparison.Ordinal) + 1)..].Trim();
    }

    private static string ReadOr(string file, string otherwise) =>
        File.Exists(file) ? File.ReadAllText(file).Trim() : otherwise;
}
