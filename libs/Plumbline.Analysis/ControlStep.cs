namespace Plumbline.Analysis;

/// <summary>Control packets of one step.</summary>
public sealed record ControlStep
{
    public required int Step { get; init; }

    public required int Services { get; init; }

    /// <summary>Median of the step's attempts, flagged ones too.</summary>
    public required double P50Ns { get; init; }

    public required double MinNs { get; init; }

    public required double MaxNs { get; init; }

    /// <summary>
    /// The median divided by what control packets take at full speed. Null when no trial was accepted.
    /// </summary>
    public required double? OverFullSpeed { get; init; }

    /// <summary>Attempts that are flagged as noisy.</summary>
    public required int NoisyAttempts { get; init; }

    /// <inheritdoc cref="TrialNoise.BeganNoisy"/>
    public required bool BeganNoisy { get; init; }
}
