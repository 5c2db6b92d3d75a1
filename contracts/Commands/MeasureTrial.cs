namespace Plumbline.Contracts;

/// <summary>
/// Measures one trial. Every measuring worker gets it. The one that <see cref="Measure"/> names does the work and
/// answers with <see cref="TrialMeasured"/>.
/// </summary>
public sealed record MeasureTrial
{
    public required TrialKey Key { get; init; }

    /// <summary>0 for the experiment itself, then 1, 2 … for each rerun.</summary>
    public int Run { get; init; }

    /// <inheritdoc cref="ScaleStep.Remake"/>
    public int Remake { get; init; }

    public required Measure Measure { get; init; }

    public required Cell Cell { get; init; }

    /// <summary>Index among the step's trials of the cell, from 0.</summary>
    public required int Repetition { get; init; }

    /// <summary>Measured packets or requests.</summary>
    public required int Packets { get; init; }

    /// <summary>Packets or requests before them. They do not count.</summary>
    public required int WarmupPackets { get; init; }

    /// <summary>Highest rate, in packets or requests a second.</summary>
    public required int RatePps { get; init; }

    /// <summary>What sends the packets. For one-way trials only.</summary>
    public GeneratorKind Generator { get; init; }

    /// <summary>
    /// Number of the attempt's first flow. The range belongs to this attempt alone, so that every packet is the first
    /// of its flow.
    /// </summary>
    public required long FirstFlow { get; init; }

    /// <summary>Flows in the range.</summary>
    public required int Flows { get; init; }

    public required long Seed { get; init; }

    /// <summary>Keep each latency, beside the histograms.</summary>
    public bool KeepRaw { get; init; }

    /// <summary>
    /// How a one-way trial times packets. With the function probe, round trips of a baseline measure what the probe
    /// adds to them.
    /// </summary>
    public Timing Timing { get; init; } = Timing.Stage;

    /// <summary>The cluster's node whose workers measure. Null in the lab.</summary>
    public MeasuredNode? Node { get; init; }

    /// <summary>
    /// Service rules that the step programmed: all in the lab, the experiment's own in a cluster. Null when unknown,
    /// and in a cluster's baseline.
    /// </summary>
    public int? ExpectedRules { get; init; }

    /// <inheritdoc cref="ProgrammedDataPlane.Ruleset"/>
    public string? Ruleset { get; init; }

    /// <summary>Null unless <see cref="Measure"/> is <see cref="Measure.RoundTrip"/>.</summary>
    public RoundTripSettings? RoundTrip { get; init; }

    /// <summary>Null unless <see cref="Measure"/> is <see cref="Measure.Grpc"/>.</summary>
    public GrpcSettings? Grpc { get; init; }
}

/// <summary>How to send probe packets.</summary>
public sealed record RoundTripSettings
{
    public required Pacing Pacing { get; init; }

    /// <summary>An answer after this is late. An answer that is missing when all have timed out is lost.</summary>
    public required int TimeoutMs { get; init; }
}

/// <summary>How to make gRPC requests.</summary>
public sealed record GrpcSettings
{
    public required GrpcConnection Connection { get; init; }

    /// <summary>CPU time that the endpoint burns for each request (its <c>full</c> mode). 0 for a plain echo.</summary>
    public required int WorkUs { get; init; }

    public required int TimeoutMs { get; init; }
}

/// <summary>Names one attempt at one trial: the natural key of its results.</summary>
public sealed record TrialKey
{
    public required Guid ExperimentId { get; init; }

    public required int Step { get; init; }

    /// <summary>Number of the trial in the experiment's plan, from 0.</summary>
    public required int Trial { get; init; }

    /// <summary>
    /// 1 for the first attempt. Attempts of a rerun have higher numbers than all before, with gaps where other trials
    /// took more attempts.
    /// </summary>
    public required int Attempt { get; init; }
}
