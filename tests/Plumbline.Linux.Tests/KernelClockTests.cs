namespace Plumbline.Linux.Tests;

public sealed class KernelClockTests
{
    [Theory]
    [InlineData(1.0, 30.0, 30)] // a fine clock, read fast
    [InlineData(69.84, 20.0, 69)] // hpet, if it were read fast
    [InlineData(279.37, 30.0, 279)] // acpi_pm
    [InlineData(4_000_000.0, 25.0, 4_000_000)] // jiffies
    public void A_coarse_clocks_step_is_measured_and_a_fine_clocks_is_at_most_a_reading(
        double stepNs, double readingNs, long measuredNs) =>
        Assert.InRange(KernelClock.MeasureStepNs(Clock(stepNs, _ => readingNs)), measuredNs - 2, measuredNs + 1);

    [Theory]
    [InlineData(1.0, 20)]
    [InlineData(41.67, 42)]
    [InlineData(279.37, 280)]
    public void Slow_readings_do_not_hide_the_step(double stepNs, long atMostNs)
    {
        Random random = new(7);
        long measured = KernelClock.MeasureStepNs(Clock(stepNs, _ => 400 + (200 * random.NextDouble())));

        // Readings are whole nanoseconds, so a difference of two differences is off by up to 2.
        Assert.InRange(measured, (long)stepNs - 2, atMostNs);
    }

    [Fact]
    public void A_clock_that_hardly_moves_is_given_up_after_a_while()
    {
        long now = 0;
        int readings = 0;

        Assert.Equal(10_000_000, KernelClock.MeasureStepNs(() => ++readings % 100 == 0 ? now += 10_000_000 : now));
        Assert.InRange(readings, 900, 1_200);
    }

    [Fact]
    public void This_machines_clock_is_the_one_that_the_kernel_names()
    {
        const string file = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
        Assert.SkipUnless(File.Exists(file), "the kernel names no clock source");

        Assert.Equal(File.ReadAllText(file).Trim(), KernelClock.OfMachine.Source);
        Assert.InRange(KernelClock.OfMachine.StepNs, 1, 10_000_000);
    }

    [Fact]
    public void A_clock_source_that_is_not_named_is_unknown()
    {
        using TemporaryFolder folder = new();

        Assert.Equal("unknown", KernelClock.Read(new SystemFiles(folder.Path)).Source);
    }

    /// <summary>A clock of that step. Each reading takes its own time.</summary>
    private static Func<long> Clock(double stepNs, Func<int, double> readingNs)
    {
        double now = 0;
        int reading = 0;
        return () =>
        {
            now += readingNs(reading++);
            return (long)(Math.Floor(now / stepNs) * stepNs);
        };
    }
}
