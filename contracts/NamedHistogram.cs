namespace Plumbline.Contracts;

/// <summary>Latencies under a name, in the layout in which the kernel counts them (bpf/hist.h).</summary>
public sealed record NamedHistogram
{
    /// <summary>A stage's name, or what a kernel probe calls it, as <c>ipt_do_table prerouting nat</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the bucket layout.</summary>
    public required int LayoutVersion { get; init; }

    public required long Count { get; init; }

    public required long SumNs { get; init; }

    public required long MinNs { get; init; }

    public required long MaxNs { get; init; }

    /// <summary>Latencies above the layout's range. They are not in the buckets.</summary>
    public required long Overflow { get; init; }

    /// <summary>Buckets that are not empty.</summary>
    public required IReadOnlyList<HistogramBucket> Buckets { get; init; }

    /// <summary>Each latency in the order of sending, where the trial asked to keep them; else null.</summary>
    public IReadOnlyList<long>? RawNs { get; init; }
}

/// <summary>Index in the bucket layout and how many latencies fell into it.</summary>
public sealed record HistogramBucket(int Index, long Count);
