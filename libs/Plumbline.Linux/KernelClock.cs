using System.Diagnostics;

namespace Plumbline.Linux;

/// <summary>The clock that the kernel stamps packets with.</summary>
/// <param name="Source">The kernel's clock source, such as <c>tsc</c>; <c>unknown</c> if the kernel names none.</param>
/// <param name="StepNs">
/// The smallest step that readings of the monotonic clock showed. It is at most this: a reading takes time too.
/// </param>
public sealed record KernelClock(string Source, long StepNs)
{
    private const string SourceFile = "sys/devices/system/clocksource/clocksource0/current_clocksource";
    private const int MostSteps = 5_000;
    private const long LongestNs = 100_000_000;
    private const long SlowReadingNs = 100;
    private const long RoundingNs = 2;

    /// <summary>Read once, at first use.</summary>
    public static KernelClock OfMachine { get; } = Read(SystemFiles.OfMachine);

    /// <summary>Under Linux a timestamp of Stopwatch is CLOCK_MONOTONIC in nanoseconds.</summary>
    public static KernelClock Read(SystemFiles files) =>
        new(files.Read(SourceFile) ?? "unknown", MeasureStepNs(Stopwatch.GetTimestamp));

    /// <summary>
    /// The smallest difference of two readings that are not the same. A slow reading, such as a system call, hides a
    /// fine step: all differences are large then. But those of a fine clock differ by little from each other, and those
    /// of a coarse clock are multiples of its step. So the smallest difference between two of them counts then.
    /// </summary>
    /// <param name="readNs">Reads the clock. It must move.</param>
    public static long MeasureStepNs(Func<long> readNs)
    {
        HashSet<long> differences = [];
        long first = readNs();
        long last = first;
        int steps = 0;
        while (steps < MostSteps && last - first < LongestNs)
        {
            long now = readNs();
            if (now > last)
            {
                differences.Add(now - last);
                last = now;
                steps++;
            }
        }

        long smallest = differences.Min();
        if (smallest <= SlowReadingNs)
        {
            return smallest;
        }

        long[] near = [.. differences.Where(each => each < (2 * smallest) + SlowReadingNs)];
        return near.SelectMany(one => near.Select(other => other - one))
            .Where(each => each > RoundingNs)
            .Append(smallest)
            .Min();
    }
}
