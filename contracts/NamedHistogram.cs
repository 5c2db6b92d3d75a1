namespace Plumbline.Contracts;

/// <summary>Latencies under a name, in the layout in which the kernel counts them (bpf/hist.h).</summary>
public sealed record NamedHistogram
{
    /// <summary>A stage's name, or a kernel probe's detail, as <c>ipt_do_table prerouting nat</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the bucket layout.</summary>
    public required int LayoutVersion { get; init; }

    public required long Count { get; init; }

    public required long SumNs { get; init; }

    public required long MinNs { get; init; }

    public required long MaxNs { get; init; }

    /// <summary>Latencies above the layout's range. The buckets do not contain them.</summary>
    public required long Overflow { get; init; }

    /// <summary>The buckets that are not empty.</summary>
    public required IReadOnlyList<HistogramBucket> Buckets { get; init; }

    /// <summary>Each latency in the order of sending. Null unless the trial keeps them.</summary>
    public IReadOnlyList<long>? RawNs { get; init; }
}

/// <summary>A bucket's index in the layout, and how many latencies fell into it.</summary>
public sealed record HistogramBucket(int Index, long Count);
