namespace Plumbline.Histograms;

/// <summary>
/// Latencies in the buckets of <see cref="BucketLayout"/>, with their exact count, sum, minimum and maximum. Immutable.
/// Histograms of the same layout merge exactly.
/// </summary>
public sealed class LatencyHistogram
{
    /// <summary>A percentile is given only if at least this many latencies lie above it.</summary>
    public const int MinimumSamplesAbove = 10;

    public static readonly LatencyHistogram Empty = new([], 0, 0, 0, 0, 0);

    private readonly SortedDictionary<int, long> _buckets;

    private LatencyHistogram(
        SortedDictionary<int, long> buckets, long count, long sumNs, long minNs, long maxNs, long overflow)
    {
        _buckets = buckets;
        Count = count;
        SumNs = sumNs;
        MinNs = minNs;
        MaxNs = maxNs;
        Overflow = overflow;
    }

    /// <summary>Latencies in the buckets.</summary>
    public long Count { get; }

    public long SumNs { get; }

    /// <summary>Exact minimum; 0 if empty.</summary>
    public long MinNs { get; }

    /// <summary>Exact maximum of the latencies in the buckets; 0 if empty.</summary>
    public long MaxNs { get; }

    /// <summary>Latencies above the layout's range. No other figure includes them.</summary>
    public long Overflow { get; }

    /// <summary>Exact mean; NaN if empty.</summary>
    public double MeanNs => Count == 0 ? double.NaN : (double)SumNs / Count;

    /// <summary>The buckets that are not empty, by index.</summary>
    public IReadOnlyDictionary<int, long> Buckets => _buckets;

    /// <exception cref="ArgumentException">
    /// The buckets do not add up to the count, an index is outside the layout, or the minimum or maximum is not in the
    /// lowest or highest bucket.
    /// </exception>
    public static LatencyHistogram FromBuckets(
        IEnumerable<KeyValuePair<int, long>> buckets, long count, long sumNs, long minNs, long maxNs, long overflow)
    {
        SortedDictionary<int, long> sorted = [];
        long total = 0;
        foreach ((int index, long bucketCount) in buckets)
        {
            if (index is < 0 or >= BucketLayout.BucketCount || bucketCount <= 0)
            {
                throw new ArgumentException(
                    $"bucket {index} with count {bucketCount} is outside the layout", nameof(buckets));
            }

            sorted.Add(index, bucketCount);
            total += bucketCount;
        }

        if (total != count)
        {
            throw new ArgumentException($"the buckets hold {total} latencies but the count is {count}", nameof(count));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(overflow);
        if (count == 0 && (sumNs != 0 || minNs != 0 || maxNs != 0))
        {
            throw new ArgumentException("an empty histogram must have no sum, minimum or maximum", nameof(sumNs));
        }

        if (count > 0 && (minNs > maxNs || !IsIn(sorted.Keys.First(), minNs) || !IsIn(sorted.Keys.Last(), maxNs)))
        {
            throw new ArgumentException(
                $"a minimum of {minNs} ns and a maximum of {maxNs} ns do not fit the buckets", nameof(minNs));
        }

        return new LatencyHistogram(sorted, count, sumNs, minNs, maxNs, overflow);

        static bool IsIn(int index, long valueNs) =>
            valueNs >= BucketLayout.LowerEdgeNs(index) && valueNs <= BucketLayout.UpperEdgeNs(index);
    }

    /// <summary>Builds a histogram from buckets that another version of this program may have counted.</summary>
    /// <exception cref="ArgumentException">
    /// The buckets have another layout, or they are inconsistent as in the other overload.
    /// </exception>
    public static LatencyHistogram FromBuckets(
        long layoutVersion,
        IEnumerable<KeyValuePair<int, long>> buckets,
        long count,
        long sumNs,
        long minNs,
        long maxNs,
        long overflow) => layoutVersion == BucketLayout.Version
            ? FromBuckets(buckets, count, sumNs, minNs, maxNs, overflow)
            : throw new ArgumentException(
                $"its bucket layout is version {layoutVersion}, this program's is {BucketLayout.Version}");

    /// <summary>Counts each value, as the kernel side does.</summary>
    public static LatencyHistogram FromValues(IEnumerable<long> valuesNs)
    {
        SortedDictionary<int, long> buckets = [];
        long count = 0, sum = 0, min = long.MaxValue, max = 0, overflow = 0;
        foreach (long value in valuesNs)
        {
            if (value > BucketLayout.MaxValueNs)
            {
                overflow++;
                continue;
            }

            int index = BucketLayout.IndexOf(value);
            buckets[index] = buckets.GetValueOrDefault(index) + 1;
            count++;
            sum += value;
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        return new LatencyHistogram(buckets, count, sum, count == 0 ? 0 : min, max, overflow);
    }

    /// <summary>The histogram of both samples together.</summary>
    public LatencyHistogram Merge(LatencyHistogram other)
    {
        SortedDictionary<int, long> merged = new(_buckets);
        foreach ((int index, long count) in other._buckets)
        {
            merged[index] = merged.GetValueOrDefault(index) + count;
        }

        long min = Count == 0 ? other.MinNs : other.Count == 0 ? MinNs : Math.Min(MinNs, other.MinNs);
        long max = Math.Max(MaxNs, other.MaxNs);
        return new LatencyHistogram(
            merged, Count + other.Count, SumNs + other.SumNs, min, max, Overflow + other.Overflow);
    }

    /// <summary>
    /// The nearest-rank percentile: the ⌈p/100 · count⌉-th smallest latency. If that is the k-th of m latencies in its
    /// bucket, it is taken to lie (k − ½) / m of the bucket's width above its lower edge, clamped to the exact minimum
    /// and maximum. So two samples whose percentiles share a bucket still differ, and a small shift across an edge
    /// stays small. It is within one bucket's width, 0.8 %, of that latency. Null if fewer than <see
    /// cref="MinimumSamplesAbove"/> latencies lie above it.
    /// </summary>
    /// <param name="percent">Above 0 and below 100.</param>
    public double? PercentileNs(double percent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(percent, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(percent, 100);

        long rank = Math.Max(1, (long)Math.Ceiling(percent / 100 * Count - 1e-9));
        return Count - rank < MinimumSamplesAbove ? null : RankedNs(rank);
    }

    /// <summary>The latency with that rank, found as by <see cref="PercentileNs"/>, however few lie above it.</summary>
    /// <param name="rank">From 1, the smallest, to <see cref="Count"/>.</param>
    public double RankedNs(long rank)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rank, Count);
        long seen = 0;
        foreach ((int index, long count) in _buckets)
        {
            seen += count;
            if (seen >= rank)
            {
                return Math.Clamp(Within(index, (rank - (seen - count) - 0.5) / count), MinNs, MaxNs);
            }
        }

        throw new InvalidOperationException($"the buckets hold fewer than the {Count} latencies counted");
    }

    /// <summary>A place in a bucket. A whole number of ns stands for half a ns on either side.</summary>
    private static double Within(int index, double share)
    {
        long lower = BucketLayout.LowerEdgeNs(index);
        return lower - 0.5 + share * (BucketLayout.UpperEdgeNs(index) - lower + 1);
    }
}
