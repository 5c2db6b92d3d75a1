using System.Globalization;

namespace Plumbline.Linux;

/// <summary>
/// The CPUs that this process may run on, by the kernel's numbers, in ascending order. A count of CPUs says nothing
/// about their numbers: cpusets have holes and CPUs can be offline.
/// </summary>
public sealed class AllowedCpus
{
    private const string StatusFile = "/proc/self/status";
    private const string OnlineFile = "/sys/devices/system/cpu/online";
    private const string Field = "Cpus_allowed_list:";

    private AllowedCpus(IReadOnlyList<int> numbers) => Numbers = numbers;

    /// <summary>Read once, at first use. Threads that pin themselves do not change it.</summary>
    public static AllowedCpus OfProcess { get; } = Of(
        File.ReadAllText(StatusFile), File.Exists(OnlineFile) ? File.ReadAllText(OnlineFile) : null);

    /// <summary>At least one.</summary>
    public IReadOnlyList<int> Numbers { get; }

    public int Last => Numbers[^1];

    /// <summary>The first CPU that is not <paramref name="cpu"/>, or that one if there is no other.</summary>
    public int FirstOtherThan(int cpu) => Numbers.FirstOrDefault(each => each != cpu, cpu);

    /// <summary>The allowed CPUs that are online. Pure.</summary>
    /// <param name="status">A process's /proc/PID/status. Its list also names CPUs that are offline.</param>
    /// <param name="online">The kernel's list of online CPUs; null if unknown.</param>
    /// <exception cref="FormatException">
    /// A text is not as the kernel writes it, or the lists have no CPU in common.
    /// </exception>
    public static AllowedCpus Of(string status, string? online)
    {
        string line = status.Split('\n').FirstOrDefault(each => each.StartsWith(Field, StringComparison.Ordinal))
            ?? throw new FormatException($"{StatusFile} has no field {Field}");
        IEnumerable<int> allowed = Parse(line[Field.Length..]);
        int[] numbers = [.. online is null ? allowed : allowed.Intersect(Parse(online))];
        return numbers.Length > 0
            ? new AllowedCpus(numbers)
            : throw new FormatException($"none of the allowed CPUs '{line[Field.Length..].Trim()}' is online");
    }

    /// <summary>Reads a list of CPUs as the kernel writes it: <c>0,2-5,7</c>. Pure.</summary>
    /// <exception cref="FormatException">The text is not such a list.</exception>
    public static IReadOnlyList<int> Parse(string list)
    {
        List<int> numbers = [];
        foreach (string range in list.Trim().Split(','))
        {
            string[] ends = range.Split('-');
            if (ends.Length > 2
                || !TryParse(ends[0], out int first)
                || !TryParse(ends[^1], out int last)
                || last < first)
            {
                throw new FormatException($"'{list.Trim()}' is not a list of CPUs such as 0,2-5,7");
            }

            numbers.AddRange(Enumerable.Range(first, last - first + 1));
        }

        return numbers;
    }

    private static bool TryParse(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
