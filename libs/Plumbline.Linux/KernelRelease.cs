namespace Plumbline.Linux;

public static class KernelRelease
{
    /// <summary>As <c>uname -r</c> prints it.</summary>
    public static string Running { get; } = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
}
