namespace Plumbline.Linux.Tests;

public sealed class AllowedCpusTests
{
    [Theory]
    [InlineData("0", new[] { 0 })]
    [InlineData("0-1\n", new[] { 0, 1 })]
    [InlineData("0,2-5,7", new[] { 0, 2, 3, 4, 5, 7 })]
    [InlineData("\t0-1,10-12,255\n", new[] { 0, 1, 10, 11, 12, 255 })]
    public void A_list_names_single_CPUs_and_ranges(string list, int[] numbers) =>
        Assert.Equal(numbers, AllowedCpus.Parse(list));

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("0,")]
    [InlineData("-1")]
    [InlineData("3-1")]
    [InlineData("1-2-3")]
    [InlineData("all")]
    [InlineData("0, 1")]
    [InlineData("99999999999")]
    public void Other_text_is_not_a_list(string list)
    {
        FormatException refusal = Assert.Throws<FormatException>(() => AllowedCpus.Parse(list));

        Assert.Contains("is not a list of CPUs", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_cpuset_with_a_hole_the_last_CPU_is_not_the_count_less_one()
    {
        AllowedCpus allowed = AllowedCpus.Of(Status("0-1,10-15"), "0-15");

        Assert.Equal([0, 1, 10, 11, 12, 13, 14, 15], allowed.Numbers);
        Assert.Equal(15, allowed.Last);
        Assert.Equal(0, allowed.FirstOtherThan(15));
        Assert.Equal(1, allowed.FirstOtherThan(0));
    }

    [Fact]
    public void Offline_CPUs_do_not_count() => Assert.Equal([0, 2], AllowedCpus.Of(Status("0-7"), "0,2").Numbers);

    [Fact]
    public void Without_a_list_of_online_CPUs_all_allowed_ones_count() =>
        Assert.Equal([0, 1], AllowedCpus.Of(Status("0-1"), null).Numbers);

    [Fact]
    public void The_only_allowed_CPU_is_also_the_other_one()
    {
        AllowedCpus allowed = AllowedCpus.Of(Status("3"), "0-7");

        Assert.Equal((3, 3), (allowed.Last, allowed.FirstOtherThan(3)));
    }

    [Fact]
    public void Allowed_CPUs_that_are_all_offline_are_an_error()
    {
        FormatException refusal = Assert.Throws<FormatException>(() => AllowedCpus.Of(Status("4-5"), "0-3"));

        Assert.Equal("none of the allowed CPUs '4-5' is online", refusal.Message);
    }

    [Fact]
    public void A_status_without_the_field_is_an_error() =>
        Assert.Throws<FormatException>(() => AllowedCpus.Of("Name:\tcat\n", "0-3"));

    [Fact]
    public async Task A_process_under_taskset_may_use_the_CPUs_given_to_it()
    {
        foreach (int cpu in AllowedCpus.OfProcess.Numbers)
        {
            string status = await Tool.RunAsync(
                NetworkNamespace.Own,
                "taskset",
                ["--cpu-list", $"{cpu}", "cat", "/proc/self/status"],
                token: TestContext.Current.CancellationToken);

            Assert.Equal([cpu], AllowedCpus.Of(status, File.ReadAllText("/sys/devices/system/cpu/online")).Numbers);
        }
    }

    [Fact]
    public async Task Threads_can_be_pinned_to_every_allowed_CPU_and_the_process_keeps_its_list()
    {
        int[] pinned = await NetworkNamespace.Own.RunAsync(() => AllowedCpus.OfProcess.Numbers.Select(cpu =>
        {
            CpuAffinity.PinThread(cpu);
            return AllowedCpus.Of(File.ReadAllText("/proc/thread-self/status"), null).Numbers.Single();
        }).ToArray());

        Assert.Equal(AllowedCpus.OfProcess.Numbers, pinned);
        Assert.Equal(pinned, AllowedCpus.Of(File.ReadAllText("/proc/self/status"), null).Numbers);
    }

    [Theory]
    [InlineData(1_023)]
    [InlineData(5_000)]
    public async Task Pinning_to_a_CPU_that_does_not_exist_is_an_error(int cpu)
    {
        System.ComponentModel.Win32Exception refusal = await Assert.ThrowsAsync<System.ComponentModel.Win32Exception>(
            () => NetworkNamespace.Own.RunAsync(() =>
            {
                CpuAffinity.PinThread(cpu);
                return cpu;
            }));

        Assert.Contains($"cannot pin a thread to CPU {cpu}", refusal.Message, StringComparison.Ordinal);
    }

    private static string Status(string allowed) =>
        $"Name:\tcat\nCpus_allowed:\tff\nCpus_allowed_list:\t{allowed}\nMems_allowed_list:\t0\n";
}
