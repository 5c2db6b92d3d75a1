namespace Plumbline.Contracts;

/// <summary>Latencies in the layout in which the kernel counts them.</summary>
public abstract record LatencyCounts
{
    /// <summary>Version of the bucket layout (bpf/hist.h).</summary>
    public required int LayoutVersion { get; init; }

    public required long Count { get; init; }

    public required long SumNs { get; init; }

    public required long MinNs { get; init; }

    public required long MaxNs { get; init; }

    /// <summary>Latencies above the layout's range; not in the buckets.</summary>
    public required long Overflow { get; init; }

    /// <summary>Buckets that are not empty.</summary>
    public required IReadOnlyList<HistogramBucket> Buckets { get; init; }
}
