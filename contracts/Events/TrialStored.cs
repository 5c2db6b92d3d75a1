namespace Plumbline.Contracts;

/// <summary>The database has the attempt's results.</summary>
public sealed record TrialStored
{
    public required TrialKey Key { get; init; }

    public required Measure Measure { get; init; }

    public required Cell Cell { get; init; }

    /// <summary>False when the attempt was flagged. The scheduler then asks for the next attempt.</summary>
    public required bool Accepted { get; init; }

    public required IReadOnlyList<TrialFlag> Flags { get; init; }

    public required IReadOnlyList<string> Remarks { get; init; }
}
