using Microsoft.Win32.SafeHandles;

namespace Plumbline.Bpf;

/// <summary>
/// Switches on the kernel's run-time accounting of BPF programs, as kernel.bpf_stats_enabled does, until it is disposed
/// of or the process dies. The accounting itself slows programs down.
/// </summary>
public sealed class BpfRunTimeAccounting : IDisposable
{
    private const int RunTimeStats = 0;

    private readonly SafeFileHandle _file;

    private BpfRunTimeAccounting(SafeFileHandle file) => _file = file;

    /// <exception cref="BpfException">The kernel refused it.</exception>
    public static BpfRunTimeAccounting Start()
    {
        int fd = NativeMethods.EnableStats(RunTimeStats);
        return fd >= 0
            ? new BpfRunTimeAccounting(new SafeFileHandle(fd, ownsHandle: true))
            : throw new BpfException("the kernel refused run-time accounting", -fd, "");
    }

    public void Dispose() => _file.Dispose();
}
