using Plumbline.Linux;

namespace Plumbline.Trials;

/// <summary>The CPU to send on, and why this one.</summary>
public sealed record CpuChoice(int Cpu, string Reason)
{
    /// <summary>Made once, at first use.</summary>
    public static CpuChoice OfProcess { get; } =
        Of(AllowedCpus.OfProcess.Numbers, new CpuTopology(SystemFiles.OfMachine), CpuLoad.IsFree);

    /// <summary>
    /// A CPU that the scheduler leaves alone, if one is free: rather an isolated one than a tickless one, and rather
    /// one that shares its core with no CPU of the runtime. Else the last CPU of the process.
    /// </summary>
    /// <param name="allowed">CPUs that the process runs on. Isolated CPUs are not among them by themselves.</param>
    /// <param name="isFree">
    /// Asked about CPUs that are not allowed: whether a thread may be pinned there, and nothing else runs there.
    /// </param>
    public static CpuChoice Of(IReadOnlyList<int> allowed, CpuTopology topology, Func<int, bool> isFree)
    {
        int[] quiet = [.. topology.Isolated.Union(topology.Tickless)];
        int? free = quiet
            .OrderBy(cpu => OfRuntime(cpu).Length > 0)
            .ThenBy(cpu => !topology.Isolated.Contains(cpu))
            .ThenByDescending(cpu => cpu)
            .Cast<int?>()
            .FirstOrDefault(cpu => allowed.Contains(cpu!.Value) || isFree(cpu.Value));
        int chosen = free ?? allowed[^1];
        string why = free is not null
            ? topology.Isolated.Contains(chosen) ? "isolated from the scheduler" : "without timer ticks"
            : "the last CPU of the process; "
                + (quiet.Length == 0 ? "none is isolated" : $"the isolated ones ({Listed(quiet)}) are in use");
        return new CpuChoice(
            chosen,
            OfRuntime(chosen) is { Length: > 0 } shared
                ? $"{why}; shares its core with the runtime's CPU {Listed(shared)}"
                : why);

        int[] OfRuntime(int cpu) => [.. topology.SiblingsOf(cpu).Intersect(allowed).Except(topology.Isolated)];
    }

    private static string Listed(IEnumerable<int> cpus) => string.Join(", ", cpus.Order());
}
