namespace Plumbline.Results;

/// <summary>Latencies in one attempt. Percentiles are null where fewer than ten samples lie above them.</summary>
public record MeasuredLatency
{
    /// <summary>Version of the bucket layout.</summary>
    public required int LayoutVersion { get; init; }

    public required long Count { get; init; }

    public required long SumNs { get; init; }

    /// <summary>Null without samples; so are <see cref="MinNs"/> and <see cref="MaxNs"/>.</summary>
    public required double? MeanNs { get; init; }

    public required long? MinNs { get; init; }

    public required long? MaxNs { get; init; }

    public required double? P50Ns { get; init; }

    public required double? P90Ns { get; init; }

    public required double? P95Ns { get; init; }

    public required double? P99Ns { get; init; }

    public required double? P999Ns { get; init; }

    /// <summary>Latencies above the layout's range; in none of the other figures.</summary>
    public required long Overflow { get; init; }

    /// <summary>Buckets that are not empty.</summary>
    public required IReadOnlyList<LatencyBucket> Buckets { get; init; }
}

/// <summary>How many latencies lay between the two edges, both included.</summary>
public sealed record LatencyBucket(int Index, long LowerNs, long UpperNs, long Count);
