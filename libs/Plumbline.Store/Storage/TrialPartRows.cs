namespace Plumbline.Results.Storage;

/// <summary>What rows that belong to an attempt have in common.</summary>
internal abstract class TrialPartRow
{
    public required string ExperimentId { get; init; }

    public required long Step { get; init; }

    public required long Trial { get; init; }

    public required long Attempt { get; init; }
}

internal sealed class TrialLossRow : TrialPartRow
{
    public required string Reason { get; init; }

    public required long Count { get; init; }
}

internal sealed class LatencyRow : TrialPartRow
{
    /// <summary>A stage's name, or that of what a rule function was called for.</summary>
    public required string Stage { get; init; }

    public required long LayoutVersion { get; init; }

    public required long Count { get; init; }

    public required long SumNs { get; init; }

    public double? MeanNs { get; init; }

    public long? MinNs { get; init; }

    public long? MaxNs { get; init; }

    public double? P50Ns { get; init; }

    public double? P90Ns { get; init; }

    public double? P95Ns { get; init; }

    public double? P99Ns { get; init; }

    public double? P999Ns { get; init; }

    public required long Overflow { get; init; }
}

internal sealed class ProgramRunRow : TrialPartRow
{
    public required string Program { get; init; }

    public required long Runs { get; init; }

    public required long RunTimeNs { get; init; }

    public required long Packets { get; init; }
}

internal sealed class HistogramBucketRow : TrialPartRow
{
    public required string Stage { get; init; }

    public required long BucketIndex { get; init; }

    public required long LowerNs { get; init; }

    public required long UpperNs { get; init; }

    public required long Count { get; init; }
}

internal sealed class RawLatencyRow : TrialPartRow
{
    public required string Stage { get; init; }

    public required long Number { get; init; }

    public required long LatencyNs { get; init; }
}
