namespace Plumbline.Linux;

public static class LinuxUser
{
    /// <summary>
    /// Whether the process is root. Plumbline does not look at single capabilities: namespaces, modules and BPF
    /// together need most of them.
    /// </summary>
    public static bool IsRoot => NativeMethods.EffectiveUserId() == 0;
}
