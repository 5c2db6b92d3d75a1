using Plumbline.Linux;

namespace Plumbline.Trials.Tests;

public sealed class Cpu_choice_specs : IDisposable
{
    private static readonly int[] s_allowed = [0, 1, 4, 5];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_isolated_CPUs_it_is_the_last_of_the_process() =>
        Assert.Equal(new CpuChoice(5, "the last CPU of the process; none is isolated"), Choose(Topology("", "")));

    [Fact]
    public void A_core_that_is_shared_with_the_runtime_is_named()
    {
        Put("cpu5/topology/thread_siblings_list", "1,5");

        Assert.Equal(
            new CpuChoice(
                5, "the last CPU of the process; none is isolated; shares its core with the runtime's CPU 1"),
            Choose(Topology("", "")));
    }

    [Fact]
    public void An_isolated_CPU_is_preferred_though_the_process_does_not_run_there() =>
        Assert.Equal(new CpuChoice(3, "isolated from the scheduler"), Choose(Topology("2-3", "")));

    [Fact]
    public void An_isolated_CPU_whose_core_is_its_own_is_preferred()
    {
        Put("cpu3/topology/thread_siblings_list", "1,3");
        Put("cpu2/topology/thread_siblings_list", "2,6");

        Assert.Equal(new CpuChoice(2, "isolated from the scheduler"), Choose(Topology("2-3,6", ""), free: [2, 3]));
        Assert.Equal(
            new CpuChoice(3, "isolated from the scheduler; shares its core with the runtime's CPU 1"),
            Choose(Topology("2-3,6", ""), free: [3]));
    }

    [Fact]
    public void An_isolated_CPU_is_preferred_to_one_without_ticks() =>
        Assert.Equal(2, Choose(Topology("2", "2-5")).Cpu);

    [Fact]
    public void A_CPU_without_ticks_is_preferred_to_an_ordinary_one() =>
        Assert.Equal(new CpuChoice(4, "without timer ticks"), Choose(Topology("", "4"), free: []));

    [Fact]
    public void An_isolated_CPU_that_is_in_use_is_left_alone() => Assert.Equal(
        new CpuChoice(5, "the last CPU of the process; the isolated ones (2, 3) are in use"),
        Choose(Topology("2-3", ""), free: []));

    [Fact]
    public void A_CPU_that_no_thread_can_be_pinned_to_is_not_free() => Assert.False(CpuLoad.IsFree(5_000));

    private static CpuChoice Choose(CpuTopology topology, int[]? free = null) =>
        CpuChoice.Of(s_allowed, topology, cpu => free?.Contains(cpu) ?? true);

    private CpuTopology Topology(string isolated, string tickless)
    {
        Put("isolated", isolated);
        Put("nohz_full", tickless);
        return new CpuTopology(new SystemFiles(_folder.Path));
    }

    private void Put(string path, string text)
    {
        string file = _folder.File($"sys/devices/system/cpu/{path}");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
    }
}
