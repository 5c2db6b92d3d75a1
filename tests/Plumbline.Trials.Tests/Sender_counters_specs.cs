using Plumbline.Trials.Noise;

namespace Plumbline.Trials.Tests;

public sealed class Sender_counters_specs
{
    private const string Before = """
        cpu  131849 31958 58753 28937 534 0 757 4 0 0
        cpu0 67516 14336 28605 15618 71 0 216 1 0 0
        cpu1 64333 17622 30148 13319 462 0 541 3 0 0
        intr 5
        """;

    private const string After = """
        cpu  131869 31958 58763 28967 544 1 762 6 0 0
        cpu0 67516 14336 28605 15638 81 0 216 1 0 0
        cpu1 64353 17622 30158 13329 462 1 546 5 0 0
        intr 6
        """;

    [Fact]
    public void The_difference_of_two_readings_is_what_happened_between_them()
    {
        SenderNoise noise = Read(400, After, "7 90 3", 12, "2600000").Since(Read(100, Before, "5 30 1", 9, "2400000"));

        Assert.Equal(20_000_000, noise.StealNs);
        Assert.Equal(
            new TrialNoise
            {
                SpanNs = 300,
                RunDelayNs = 60,
                InvoluntarySwitches = 3,
                IrqNs = 10_000_000,
                SoftIrqNs = 50_000_000,
                BusyShare = noise.Other.BusyShare,
                FrequencyBeforeKHz = 2_400_000,
                FrequencyAfterKHz = 2_600_000,
            },
            noise.Other);

        // 40 of 78 ticks were idle, iowait included.
        Assert.Equal(38 / 78.0, noise.Other.BusyShare!.Value, 1e-9);
    }

    [Fact]
    public void What_the_kernel_does_not_count_is_unknown()
    {
        SenderCounters counters = Read(100, Before, schedstat: null, 9, frequency: null);

        TrialNoise noise = counters.Since(counters).Other;

        Assert.Equal((null, null), (noise.RunDelayNs, noise.FrequencyAfterKHz));
        Assert.Null(noise.BusyShare);
    }

    [Fact]
    public void A_CPU_that_the_kernel_does_not_list_is_refused() => Assert.Equal(
        "/proc/stat has no line for cpu1",
        Assert.Throws<FormatException>(() => Read(100, "cpu  1 2 3 4 5 6 7 8", null, 9, null)).Message);

    [Fact]
    public void This_kernels_own_files_are_understood()
    {
        SenderCounters counters = SenderCounters.Read(Linux.AllowedCpus.OfProcess.Last);

        Assert.InRange(counters.Sending.TotalNs, 1, counters.All.TotalNs);
        Assert.InRange(counters.Sending.IdleNs, 0, counters.Sending.TotalNs);
    }

    private static SenderCounters Read(
        long atNs, string stat, string? schedstat, int switches, string? frequency) =>
        SenderCounters.Parse(
            1, atNs, stat, $"Name:\tx\nvoluntary_ctxt_switches:\t99\nnonvoluntary_ctxt_switches:\t{switches}\n",
            schedstat, frequency);
}
