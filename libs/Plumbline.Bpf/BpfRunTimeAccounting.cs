namespace Plumbline.Bpf;

/// <summary>
/// Keeps the kernel's run-time accounting of BPF programs on, as kernel.bpf_stats_enabled does, but only until disposed of
/// (or until the process dies). The accounting itself makes programs slower.
/// </summary>
public sealed class BpfRunTimeAccounting : IDisposable
{
    private const int RunTimeStats = 0;

    private int _fd;

    private BpfRunTimeAccounting(int fd) => _fd = fd;

    public static BpfRunTimeAccounting Start()
    {
        int fd = NativeMethods.EnableStats(RunTimeStats);
        return fd >= 0 ? new BpfRunTimeAccounting(fd) : throw new BpfException("the kernel refused run-time accounting", -fd, "");
    }

    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = NativeMethods.CloseFd(_fd);
            _fd = -1;
        }
    }
}
