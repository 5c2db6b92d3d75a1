namespace Plumbline.Contracts;

/// <summary>What the function probe counted in a trial: on the node's chains, or in the baseline arm on empty ones.</summary>
public sealed record FunctionMeasurement
{
    /// <summary>First packets that left while it counted; each has all its calls in <see cref="Calls"/>.</summary>
    public required long Packets { get; init; }

    /// <summary>Packets of known flows that left; their calls are nowhere.</summary>
    public required long NotFirstPackets { get; init; }

    /// <summary>Calls that were not seen to return.</summary>
    public required long Unpaired { get; init; }

    /// <summary>Calls that there was no room for.</summary>
    public required long Lost { get; init; }

    /// <summary>Runs of the probe's programs that the kernel left out, as one of them ran already.</summary>
    public required long Missed { get; init; }

    public required IReadOnlyList<FunctionCalls> Calls { get; init; }
}

/// <summary>All calls of one function at one hook for one table or base chain.</summary>
public sealed record FunctionCalls : ILatencyCounts
{
    public required RuleChain Of { get; init; }

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

/// <summary>The kernel's accounting of one BPF program while the probes' cost was measured.</summary>
public sealed record ProgramRuns(string Program, long Runs, long RunTimeNs);

/// <summary>What the probes cost, as a baseline trial measured it on packets of its own.</summary>
/// <param name="Packets">That were sent meanwhile.</param>
public sealed record ProgramCost(long Packets, IReadOnlyList<ProgramRuns> Programs);
