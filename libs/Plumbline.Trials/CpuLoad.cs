using System.ComponentModel;
using System.Globalization;
using Plumbline.Linux;

namespace Plumbline.Trials;

/// <summary>Whether a CPU that the process does not run on can be used.</summary>
internal static class CpuLoad
{
    private const int MostBusyTicks = 1;

    private static readonly TimeSpan s_window = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Whether threads may be pinned to the CPU and it is idle: an isolated CPU can be another program's own.
    /// </summary>
    public static bool IsFree(int cpu)
    {
        bool free = false;
        Thread thread = new(() => free = MayPin(cpu) && IsIdle(cpu));
        thread.Start();
        thread.Join();
        return free;
    }

    private static bool MayPin(int cpu)
    {
        try
        {
            CpuAffinity.PinThread(cpu);
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static bool IsIdle(int cpu)
    {
        long before = BusyTicks(cpu);
        Thread.Sleep(s_window);
        return BusyTicks(cpu) - before <= MostBusyTicks;
    }

    /// <summary>/proc/stat has for each CPU: user nice system idle iowait irq softirq steal.</summary>
    private static long BusyTicks(int cpu)
    {
        string line = File.ReadLines("/proc/stat")
            .First(each => each.StartsWith($"cpu{cpu} ", StringComparison.Ordinal));
        long[] ticks =
        [
            .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
                .Select(field => long.Parse(field, CultureInfo.InvariantCulture)),
        ];
        return ticks.Sum() - ticks[3] - ticks[4];
    }
}
