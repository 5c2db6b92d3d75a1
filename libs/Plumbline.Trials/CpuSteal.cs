using System.Globalization;

namespace Plumbline.Trials;

public static class CpuSteal
{
    /// <summary>/proc/stat counts in units of USER_HZ, which is 100 on every architecture Linux has a .NET for.</summary>
    private const long NsPerTick = 10_000_000;

    private const int StealField = 8;

    /// <summary>Time stolen by the hypervisor on a CPU since boot.</summary>
    public static long ReadNs(int cpu)
    {
        string? line = File.ReadLines("/proc/stat").FirstOrDefault(each => each.StartsWith($"cpu{cpu} ", StringComparison.Ordinal));
        string[] fields = (line ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StealField ? long.Parse(fields[StealField], CultureInfo.InvariantCulture) * NsPerTick : 0;
    }
}
