namespace Plumbline.Contracts;

/// <summary>Latencies in the layout in which the kernel counts them, whatever they are of.</summary>
public interface ILatencyCounts
{
    /// <summary>Version of the bucket layout (bpf/hist.h).</summary>
    int LayoutVersion { get; }

    long Count { get; }

    long SumNs { get; }

    long MinNs { get; }

    long MaxNs { get; }

    /// <summary>Latencies above the layout's range; not in the buckets.</summary>
    long Overflow { get; }

    /// <summary>Buckets that are not empty.</summary>
    IReadOnlyList<HistogramBucket> Buckets { get; }
}
