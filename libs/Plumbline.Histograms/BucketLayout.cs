using System.Numerics;

namespace Plumbline.Histograms;

/// <summary>
/// The log-linear bucket layout that the BPF programs count into. bpf/hist.h is the other side; tests compare both with
/// tests/golden/bucket-edges.csv. Each value up to 255 ns has its own bucket. Above, every octave has 128 buckets, so
/// the width of a bucket is at most 1/128 = 0.78 % of its value. The range ends at 2^36 − 1 ns (68.7 s). Larger values
/// count as overflow.
/// </summary>
public static class BucketLayout
{
    /// <summary>Changes whenever the meaning of an index changes.</summary>
    public const int Version = 1;

    /// <summary>2^7 buckets in each octave.</summary>
    public const int SubBucketBits = 7;

    /// <summary>Values from 2^36 ns on are overflow.</summary>
    public const int MaxValueBits = 36;

    private const int SubBuckets = 1 << SubBucketBits;

    /// <summary>3,840 buckets: 30 octaves of 128.</summary>
    public const int BucketCount = (MaxValueBits - SubBucketBits + 1) * SubBuckets;

    /// <summary>Largest value that has a bucket.</summary>
    public const long MaxValueNs = (1L << MaxValueBits) - 1;

    /// <summary>Index of the bucket that counts <paramref name="valueNs"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is negative or above <see cref="MaxValueNs"/>.
    /// </exception>
    public static int IndexOf(long valueNs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(valueNs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(valueNs, MaxValueNs);

        int shift = Math.Max(0, BitOperations.Log2((ulong)valueNs) - SubBucketBits);
        return (shift << SubBucketBits) + (int)(valueNs >> shift);
    }

    /// <summary>Smallest value counted in bucket <paramref name="index"/>.</summary>
    public static long LowerEdgeNs(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, BucketCount);

        if (index < 2 * SubBuckets)
        {
            return index;
        }

        int shift = (index >> SubBucketBits) - 1;
        return (long)(index - (shift << SubBucketBits)) << shift;
    }

    /// <summary>Largest value counted in bucket <paramref name="index"/>.</summary>
    public static long UpperEdgeNs(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return index == BucketCount - 1 ? MaxValueNs : LowerEdgeNs(index + 1) - 1;
    }
}
