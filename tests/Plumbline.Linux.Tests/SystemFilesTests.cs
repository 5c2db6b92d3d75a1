namespace Plumbline.Linux.Tests;

public sealed class SystemFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SystemFiles Files => new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_is_missing_empty_or_a_folder_has_no_text()
    {
        Put("empty", "\n");
        Put("folder/file", " text \n");

        Assert.Null(Files.Read("missing/file"));
        Assert.Null(Files.Read("empty"));
        Assert.Null(Files.Read("folder"));
        Assert.Equal("text", Files.Read("folder/file"));
        Assert.Equal(["file"], Files.Names("folder"));
        Assert.Null(Files.Names("missing"));
    }

    [Theory]
    [InlineData("#1 SMP PREEMPT_DYNAMIC Debian 6.12", null, null, "PREEMPT_DYNAMIC")]
    [InlineData("#1 SMP PREEMPT_DYNAMIC Debian 6.12", "none voluntary (full) lazy", null, "PREEMPT_DYNAMIC (full)")]
    [InlineData("#1 SMP Debian 5.10", null, null, "none or voluntary")]
    [InlineData("#1 SMP PREEMPT_RT Debian 6.12.95-1", null, null, "PREEMPT_RT")]
    [InlineData("#1 SMP PREEMPT RT", "none (full)", "1", "PREEMPT_RT")]
    public void The_preemption_model_is_read(string version, string? modes, string? realTime, string expected)
    {
        Put("proc/sys/kernel/version", version);
        Put("sys/kernel/debug/sched/preempt", modes);
        Put("sys/kernel/realtime", realTime);

        Assert.Equal(expected, KernelPreemption.Read(Files));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("\n", " (null)\n")]
    [InlineData(null, null)]
    public void A_machine_without_isolated_CPUs_has_none(string? isolated, string? tickless)
    {
        Put("sys/devices/system/cpu/isolated", isolated);
        Put("sys/devices/system/cpu/nohz_full", tickless);

        Assert.Empty(new CpuTopology(Files).Isolated);
        Assert.Empty(new CpuTopology(Files).Tickless);
        Assert.Null(new CpuTopology(Files).SharesCores);
    }

    [Fact]
    public void A_CPUs_siblings_are_the_others_of_its_core()
    {
        Put("sys/devices/system/cpu/isolated", "2-3,6\n");
        Put("sys/devices/system/cpu/nohz_full", "3\n");
        Put("sys/devices/system/cpu/smt/active", "1\n");
        Put("sys/devices/system/cpu/cpu3/topology/thread_siblings_list", "1,3\n");
        CpuTopology topology = new(Files);

        Assert.Equal([2, 3, 6], topology.Isolated);
        Assert.Equal([3], topology.Tickless);
        Assert.True(topology.SharesCores);
        Assert.Equal([1], topology.SiblingsOf(3));
        Assert.Empty(topology.SiblingsOf(4));
    }

    private void Put(string path, string? text)
    {
        if (text is not null)
        {
            string file = _folder.File(path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
    }
}
