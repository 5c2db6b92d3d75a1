namespace Plumbline.Linux;

public static class LinuxUser
{
    /// <summary>Whether the process may do what only root may. Capabilities alone are not looked at: namespaces, modules and BPF need most of them.</summary>
    public static bool IsRoot => NativeMethods.EffectiveUserId() == 0;
}
