namespace Plumbline.Contracts;

/// <summary>Measures one trial. Answered by <see cref="TrialMeasured"/>.</summary>
public sealed record MeasureTrial
{
    public required TrialKey Key { get; init; }

    public required DataPlane DataPlane { get; init; }

    public required int Services { get; init; }

    public required Position Position { get; init; }

    /// <summary>Which of the cell's trials this is, from 0.</summary>
    public required int Repetition { get; init; }

    public required int Packets { get; init; }

    public required int WarmupPackets { get; init; }

    /// <summary>Packets a second, at most.</summary>
    public required int RatePps { get; init; }

    /// <summary>
    /// First flow number of the range that is this attempt's own: no other attempt of the experiment is given any of
    /// it, so that every packet is the first of its flow.
    /// </summary>
    public required long FirstFlow { get; init; }

    /// <summary>Length of that range.</summary>
    public required int Flows { get; init; }

    public required long Seed { get; init; }
}

/// <summary>Names one attempt at one trial; the natural key of its results.</summary>
public sealed record TrialKey
{
    public required Guid ExperimentId { get; init; }

    public required int Step { get; init; }

    /// <summary>Number of the trial within the experiment's plan, from 0.</summary>
    public required int Trial { get; init; }

    /// <summary>1 for the first attempt.</summary>
    public required int Attempt { get; init; }
}
