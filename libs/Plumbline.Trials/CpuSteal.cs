using System.Globalization;

namespace Plumbline.Trials;

public static class CpuSteal
{
    /// <summary>
    /// /proc/stat counts in units of USER_HZ: 100 on every architecture that .NET runs on under Linux.
    /// </summary>
    private const long NsPerTick = 10_000_000;

    private const int StealField = 8;

    /// <summary>Time that the hypervisor stole from a CPU since boot.</summary>
    public static long ReadNs(int cpu)
    {
        string prefix = $"cpu{cpu} ";
        string line = File.ReadLines("/proc/stat")
            .FirstOrDefault(each => each.StartsWith(prefix, StringComparison.Ordinal), "");
        string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StealField
            ? long.Parse(fields[StealField], CultureInfo.InvariantCulture) * NsPerTick
            : 0;
    }
}
