namespace Plumbline.Contracts;

/// <summary>
/// Control packets of an attempt. They go past a node without rules, on the same CPU and right before and after the
/// measured packets. They show how fast the machine was, whatever the rules cost.
/// </summary>
public sealed record ControlReading
{
    /// <summary>Median of the packets before. Null when too few came through.</summary>
    public required double? BeforeP50Ns { get; init; }

    /// <summary>Median of the packets after. Null when too few came through.</summary>
    public required double? AfterP50Ns { get; init; }

    /// <summary>Median of all. Null when too few came through.</summary>
    public required double? P50Ns { get; init; }

    /// <summary>Nine in ten were faster. They are too few for higher percentiles.</summary>
    public required double? P90Ns { get; init; }

    /// <summary>Packets that came through.</summary>
    public required long Packets { get; init; }
}

/// <summary>Other work on the machine while the measured packets were sent.</summary>
public sealed record TrialNoise
{
    /// <summary>Time from the reading of these counters before the packets to the one after.</summary>
    public required long SpanNs { get; init; }

    /// <summary>
    /// Time that the sending thread was ready and waited for its CPU. Null where the kernel does not count it.
    /// </summary>
    public required long? RunDelayNs { get; init; }

    /// <summary>How often other tasks took the CPU from the sending thread.</summary>
    public required long InvoluntarySwitches { get; init; }

    /// <summary>Time of the sending CPU in hardware interrupts. The kernel counts it in steps of 10 ms.</summary>
    public required long IrqNs { get; init; }

    /// <summary>The same for software interrupts, which also take the measured packets through the node.</summary>
    public required long SoftIrqNs { get; init; }

    /// <summary>Share of all CPUs' time that was in use, by the sender too. Null when the span is too short.</summary>
    public required double? BusyShare { get; init; }

    /// <summary>Frequency of the sending CPU before. Null where the kernel does not state it.</summary>
    public required long? FrequencyBeforeKHz { get; init; }

    /// <summary>Frequency of the sending CPU after. Null where the kernel does not state it.</summary>
    public required long? FrequencyAfterKHz { get; init; }

    /// <summary>
    /// Whether the step's first trial began although control packets were still disturbed after a wait of two seconds.
    /// </summary>
    public bool BeganNoisy { get; init; }
}
