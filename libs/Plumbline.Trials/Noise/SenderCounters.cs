using System.Diagnostics;
using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Trials.Noise;

/// <summary>The kernel's counters that show other work on the sending CPU.</summary>
public sealed record SenderCounters
{
    /// <summary>By the monotonic clock.</summary>
    public required long AtNs { get; init; }

    public required CpuTimes Sending { get; init; }

    public required CpuTimes All { get; init; }

    /// <summary>Null where the kernel does not count it.</summary>
    public required long? RunDelayNs { get; init; }

    public required long InvoluntarySwitches { get; init; }

    /// <summary>Null where the kernel does not state it.</summary>
    public required long? FrequencyKHz { get; init; }

    /// <summary>Reads them for the calling thread.</summary>
    /// <param name="cpu">The CPU that the thread is pinned to.</param>
    public static SenderCounters Read(int cpu) => Parse(
        cpu,
        Stopwatch.GetTimestamp() * (1_000_000_000 / Stopwatch.Frequency),
        File.ReadAllText("/proc/stat"),
        File.ReadAllText("/proc/thread-self/status"),
        ReadIfThere("/proc/thread-self/schedstat"),
        ReadIfThere($"/sys/devices/system/cpu/cpu{cpu}/cpufreq/scaling_cur_freq"));

    /// <summary>Reads them from the files' texts. Pure.</summary>
    /// <param name="schedstat">Null where the kernel has no such file.</param>
    /// <param name="frequency">Null where the kernel has no such file.</param>
    /// <exception cref="FormatException">A text is not as the kernel writes it.</exception>
    public static SenderCounters Parse(
        int cpu, long atNs, string stat, string status, string? schedstat, string? frequency)
    {
        const string Switches = "nonvoluntary_ctxt_switches:";
        string line = status.Split('\n').FirstOrDefault(each => each.StartsWith(Switches, StringComparison.Ordinal))
            ?? throw new FormatException($"/proc/thread-self/status has no field {Switches}");
        return new SenderCounters
        {
            AtNs = atNs,
            Sending = CpuTimes.Parse(stat, $"cpu{cpu}"),
            All = CpuTimes.Parse(stat, "cpu"),
            RunDelayNs = schedstat is null ? null : Number(schedstat.Split(' ')[1]),
            InvoluntarySwitches = Number(line[Switches.Length..]),
            FrequencyKHz = frequency is null ? null : Number(frequency),
        };
    }

    /// <summary>What happened since an earlier reading.</summary>
    public SenderNoise Since(SenderCounters before)
    {
        (CpuTimes sending, CpuTimes all) = (Sending - before.Sending, All - before.All);
        return new SenderNoise(sending.StealNs, new TrialNoise
        {
            SpanNs = AtNs - before.AtNs,
            RunDelayNs = RunDelayNs - before.RunDelayNs,
            InvoluntarySwitches = InvoluntarySwitches - before.InvoluntarySwitches,
            IrqNs = sending.IrqNs,
            SoftIrqNs = sending.SoftIrqNs,
            BusyShare = all.TotalNs > 0 ? 1 - ((double)all.IdleNs / all.TotalNs) : null,
            FrequencyBeforeKHz = before.FrequencyKHz,
            FrequencyAfterKHz = FrequencyKHz,
        });
    }

    private static string? ReadIfThere(string file) => File.Exists(file) ? File.ReadAllText(file) : null;

    private static long Number(string text) => long.Parse(text.AsSpan().Trim(), CultureInfo.InvariantCulture);
}

/// <summary>Other work while a sender sent.</summary>
/// <param name="StealNs">Time that the hypervisor stole from the sending CPU.</param>
public sealed record SenderNoise(long StealNs, TrialNoise Other);
