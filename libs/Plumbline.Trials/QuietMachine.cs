using System.Globalization;

namespace Plumbline.Trials;

/// <summary>
/// Waits until the machine has little else to do. After a step the kernel still frees the rules and conntrack entries
/// of the step before. With many of them that takes seconds and would slow the first trials.
/// </summary>
public static class QuietMachine
{
    /// <summary>Share of all CPUs' time that may be in use.</summary>
    public const double MostBusy = 0.15;

    private static readonly TimeSpan s_window = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Returns after the first quiet window, or after five seconds: some machines are never quiet.</summary>
    public static async Task WaitAsync(CancellationToken token)
    {
        long deadline = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        (long busy, long total) before = Read();
        do
        {
            await Task.Delay(s_window, token);
            (long busy, long total) now = Read();
            if (now.busy - before.busy <= MostBusy * (now.total - before.total))
            {
                return;
            }

            before = now;
        }
        while (Environment.TickCount64 < deadline);
    }

    /// <summary>
    /// Ticks of all CPUs since boot. The first line of /proc/stat has: user nice system idle iowait irq softirq steal.
    /// </summary>
    private static (long Busy, long Total) Read()
    {
        string[] fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long[] ticks = [.. fields.Skip(1).Take(8).Select(field => long.Parse(field, CultureInfo.InvariantCulture))];
        long total = ticks.Sum();
        return (total - ticks[3] - ticks[4], total);
    }
}
