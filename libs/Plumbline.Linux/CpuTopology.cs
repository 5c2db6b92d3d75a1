namespace Plumbline.Linux;

/// <summary>Which CPUs the scheduler leaves alone, and which share a core.</summary>
public sealed class CpuTopology(SystemFiles files)
{
    private const string Folder = "sys/devices/system/cpu";

    /// <summary>CPUs that the scheduler gives no tasks by itself (isolcpus).</summary>
    public IReadOnlyList<int> Isolated => Cpus("isolated");

    /// <summary>CPUs without a timer tick while one task runs (nohz_full).</summary>
    public IReadOnlyList<int> Tickless => Cpus("nohz_full");

    /// <summary>Whether CPUs share cores (SMT); null if the kernel does not say.</summary>
    public bool? SharesCores => files.Read($"{Folder}/smt/active") is { } active ? active == "1" : null;

    /// <summary>The other CPUs of the CPU's core.</summary>
    public IReadOnlyList<int> SiblingsOf(int cpu) =>
        [.. Cpus($"cpu{cpu}/topology/thread_siblings_list").Where(each => each != cpu)];

    /// <summary>A list of no CPU is empty, or <c>(null)</c> on some kernels.</summary>
    private IReadOnlyList<int> Cpus(string path) =>
        files.Read($"{Folder}/{path}") is { } list && list != "(null)" ? AllowedCpus.Parse(list) : [];
}
