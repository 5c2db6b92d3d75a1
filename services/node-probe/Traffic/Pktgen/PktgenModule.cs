using Plumbline.Linux;

namespace Plumbline.NodeProbe.Traffic.Pktgen;

/// <summary>
/// The kernel's module. Once loaded it stays, as the modules of the tables do: someone else may use it by then.
/// </summary>
public static class PktgenModule
{
    private const string ModulesDisabled = "/proc/sys/kernel/modules_disabled";

    private static readonly string s_folder = $"/lib/modules/{KernelRelease.Running}/kernel/net/core";

    public static bool IsLoaded => Directory.Exists("/proc/net/pktgen");

    /// <summary>Why pktgen cannot be used; null when it is loaded or can be loaded.</summary>
    public static string? FindObstacle() =>
        IsLoaded ? null
        : !Directory.Exists(s_folder) || !Directory.EnumerateFiles(s_folder, "pktgen.ko*").Any()
            ? "the kernel has no pktgen"
        : File.Exists(ModulesDisabled) && File.ReadAllText(ModulesDisabled).Trim() != "0"
            ? "pktgen is not loaded and the kernel loads no more modules (kernel.modules_disabled)"
        : Tool.Find("modprobe") is null
            ? "pktgen is not loaded and modprobe is missing (apt-get install kmod)"
        : null;

    /// <summary>Loads the module unless it is loaded.</summary>
    /// <returns>Why pktgen cannot be used; null when it can.</returns>
    public static async Task<string?> LoadAsync(CancellationToken token)
    {
        if (IsLoaded || FindObstacle() is not null)
        {
            return FindObstacle();
        }

        try
        {
            await Tool.RunAsync(NetworkNamespace.Own, "modprobe", ["pktgen"], token: token);
            return IsLoaded ? null : "modprobe pktgen succeeded, but the kernel still has no /proc/net/pktgen";
        }
        catch (ToolException exception)
        {
            return $"pktgen cannot be loaded: {exception.Message}";
        }
    }
}
