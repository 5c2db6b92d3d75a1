using System.Globalization;
using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.Trials.Sending;

/// <summary>
/// Fills the data caches of the calling thread's CPU with other data, so that the next packet finds neither rules nor
/// conntrack entries there. The buffer is twice as large as the CPU's second-level cache. So rules may still be in a
/// third level, which CPUs share, and some of the kernel's code in the first level for instructions.
/// </summary>
public sealed class CacheEviction
{
    private const int LineBytes = 64;
    private const int Level = 2;

    /// <summary>As large as any second level today, for machines that do not say.</summary>
    private const int UnknownBytes = 2 * 1_024 * 1_024;

    private readonly byte[] _buffer;

    /// <param name="cpu">The CPU that will send.</param>
    public CacheEviction(int cpu, SystemFiles? files = null)
    {
        Bytes = 2 * (CacheBytes(cpu, files ?? SystemFiles.OfMachine) ?? UnknownBytes);
        _buffer = new byte[Bytes];
        Array.Fill(_buffer, (byte)1);
    }

    /// <summary>What a cell asks for: null where caches stay warm.</summary>
    public static CacheEviction? For(Cell cell, int cpu) =>
        cell.Cache == CacheState.Cold ? new CacheEviction(cpu) : null;

    /// <summary>What is read between two packets.</summary>
    public int Bytes { get; }

    /// <summary>Reads and writes a line after the other. Returns a sum, so that no compiler leaves it out.</summary>
    public long Evict()
    {
        long sum = 0;
        for (int offset = 0; offset < Bytes; offset += LineBytes)
        {
            sum += _buffer[offset]++;
        }

        return sum;
    }

    /// <summary>The size of the CPU's second-level cache; null where the kernel does not say.</summary>
    internal static int? CacheBytes(int cpu, SystemFiles files)
    {
        for (int index = 0; files.Read(Path(index, "level")) is { } level; index++)
        {
            if (level == Level.ToString(CultureInfo.InvariantCulture)
                && files.Read(Path(index, "size")) is { } size
                && size.EndsWith('K')
                && int.TryParse(size[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int kilobytes))
            {
                return 1_024 * kilobytes;
            }
        }

        return null;

        string Path(int index, string file) =>
            string.Create(CultureInfo.InvariantCulture, $"sys/devices/system/cpu/cpu{cpu}/cache/index{index}/{file}");
    }
}
