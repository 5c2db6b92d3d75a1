using Plumbline.Contracts;

namespace Plumbline.Store;

/// <summary>
/// A histogram of one attempt, as recorded. Percentiles are null where fewer than ten samples lie above them.
/// </summary>
public sealed record MeasuredLatency
{
    /// <summary>A stage's name, or what a kernel probe calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the bucket layout.</summary>
    public required int LayoutVersion { get; init; }

    public required long Count { get; init; }

    public required long SumNs { get; init; }

    /// <summary>Null without samples, like <see cref="MinNs"/> and <see cref="MaxNs"/>.</summary>
    public double? MeanNs { get; init; }

    public long? MinNs { get; init; }

    public long? MaxNs { get; init; }

    public double? P50Ns { get; init; }

    public double? P90Ns { get; init; }

    public double? P95Ns { get; init; }

    public double? P99Ns { get; init; }

    public double? P999Ns { get; init; }

    /// <summary>Latencies above the layout's range. No other figure contains them.</summary>
    public required long Overflow { get; init; }

    /// <summary>Buckets that are not empty, by index.</summary>
    public required IReadOnlyList<LatencyBucket> Buckets { get; init; }

    public Stage Stage => Stage.Of(Name);
}

/// <summary>How many latencies lie between the two edges, both included.</summary>
public sealed record LatencyBucket(int Index, long LowerNs, long UpperNs, long Count);
