namespace Plumbline.Contracts;

/// <summary>
/// Measures one trial. Every measuring worker hears of it; the one that <see cref="Measure"/> names does it and answers with
/// <see cref="TrialMeasured"/>.
/// </summary>
public sealed record MeasureTrial
{
    public required TrialKey Key { get; init; }

    /// <summary>0 for the experiment itself, then 1, 2 … for each rerun of a stage of it.</summary>
    public int Run { get; init; }

    public required Measure Measure { get; init; }

    public required Cell Cell { get; init; }

    /// <summary>Which of the cell's trials this is, from 0.</summary>
    public required int Repetition { get; init; }

    /// <summary>Measured packets, round-trip probes or requests.</summary>
    public required int Packets { get; init; }

    /// <summary>Sent before them and not counted.</summary>
    public required int WarmupPackets { get; init; }

    /// <summary>Packets, probes or requests a second, at most.</summary>
    public required int RatePps { get; init; }

    /// <summary>What is to send; of one-way trials only.</summary>
    public GeneratorKind Generator { get; init; }

    /// <summary>
    /// First flow number of the range that is this attempt's own: no other attempt of the experiment is given any of
    /// it, so that every packet is the first of its flow.
    /// </summary>
    public required long FirstFlow { get; init; }

    /// <summary>Length of that range.</summary>
    public required int Flows { get; init; }

    public required long Seed { get; init; }

    /// <summary>Whether each latency is to be kept, beside the histograms.</summary>
    public bool KeepRaw { get; init; }

    /// <summary>How a one-way trial times; with the function probe round trips of a baseline say what it adds to them.</summary>
    public Timing Timing { get; init; } = Timing.Stage;

    /// <summary>The node of a cluster whose probes are to measure; null for the lab's.</summary>
    public MeasuredNode? Node { get; init; }

    /// <summary>Null unless <see cref="Measure"/> is <see cref="Measure.RoundTrip"/>.</summary>
    public RoundTripSettings? RoundTrip { get; init; }

    /// <summary>Null unless <see cref="Measure"/> is <see cref="Measure.Grpc"/>.</summary>
    public GrpcSettings? Grpc { get; init; }
}

/// <summary>How round-trip probes are sent.</summary>
public sealed record RoundTripSettings
{
    public required RoundTripMode Mode { get; init; }

    public required Pacing Pacing { get; init; }

    /// <summary>An answer that takes longer is late; one that has not come when all probes have timed out is lost.</summary>
    public required int TimeoutMs { get; init; }
}

/// <summary>How gRPC requests are made.</summary>
public sealed record GrpcSettings
{
    public required GrpcConnection Connection { get; init; }

    /// <summary>Time that the endpoint is to burn CPU for each request (its <c>full</c> mode); 0 for a plain echo.</summary>
    public required int WorkUs { get; init; }

    public required int TimeoutMs { get; init; }
}

/// <summary>Names one attempt at one trial; the natural key of its results.</summary>
public sealed record TrialKey
{
    public required Guid ExperimentId { get; init; }

    public required int Step { get; init; }

    /// <summary>Number of the trial within the experiment's plan, from 0.</summary>
    public required int Trial { get; init; }

    /// <summary>1 for the first attempt; those of a rerun have higher numbers than all before, not always the next.</summary>
    public required int Attempt { get; init; }
}
