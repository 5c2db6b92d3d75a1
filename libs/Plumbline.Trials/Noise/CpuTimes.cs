using System.Globalization;

namespace Plumbline.Trials.Noise;

/// <summary>What a CPU has spent its time on since boot.</summary>
public readonly record struct CpuTimes(long TotalNs, long IdleNs, long IrqNs, long SoftIrqNs, long StealNs)
{
    /// <summary>
    /// /proc/stat counts in units of USER_HZ: 100 on every architecture that .NET runs on under Linux.
    /// </summary>
    public const long NsPerTick = 10_000_000;

    /// <summary>Reads one line of /proc/stat. Pure.</summary>
    /// <param name="stat">The file's text.</param>
    /// <param name="name">As <c>cpu1</c>; <c>cpu</c> for all CPUs.</param>
    /// <exception cref="FormatException">The text has no such line, or a field is missing.</exception>
    public static CpuTimes Parse(string stat, string name)
    {
        string line = stat.Split('\n').FirstOrDefault(each => each.StartsWith(name + " ", StringComparison.Ordinal))
            ?? throw new FormatException($"/proc/stat has no line for {name}");

        // user nice system idle iowait irq softirq steal; guest time is part of user and nice.
        long[] ns =
        [
            .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
                .Select(field => long.Parse(field, CultureInfo.InvariantCulture) * NsPerTick),
        ];
        return ns.Length == 8
            ? new CpuTimes(ns.Sum(), ns[3] + ns[4], ns[5], ns[6], ns[7])
            : throw new FormatException($"/proc/stat has only {ns.Length} of 8 fields for {name}");
    }

    public static CpuTimes operator -(CpuTimes after, CpuTimes before) => new(
        after.TotalNs - before.TotalNs,
        after.IdleNs - before.IdleNs,
        after.IrqNs - before.IrqNs,
        after.SoftIrqNs - before.SoftIrqNs,
        after.StealNs - before.StealNs);
}
