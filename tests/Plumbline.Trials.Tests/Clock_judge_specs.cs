using Plumbline.Linux;

namespace Plumbline.Trials.Tests;

public sealed class Clock_judge_specs
{
    [Theory]
    [InlineData("tsc", 20)]
    [InlineData("kvm-clock", 100)]
    [InlineData("arch_sys_counter", 42)]
    [InlineData("unknown", 30)]
    public void A_fine_clock_is_accepted(string source, long stepNs) =>
        Assert.Null(ClockJudge.FindObstacle(new KernelClock(source, stepNs)));

    [Theory]
    [InlineData("hpet", 70, "the kernel's clock source is hpet")]
    [InlineData("acpi_pm", 279, "the kernel's clock source is acpi_pm")]
    [InlineData("jiffies", 4_000_000, "the kernel's clock (jiffies) has steps of 4000000 ns")]
    [InlineData("tsc", 101, "the kernel's clock (tsc) has steps of 101 ns")]
    public void A_clock_outside_the_CPU_or_with_a_coarse_step_is_refused(string source, long stepNs, string reason) =>
        Assert.StartsWith(
            reason, ClockJudge.FindObstacle(new KernelClock(source, stepNs)), StringComparison.Ordinal);
}
