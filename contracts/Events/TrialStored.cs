namespace Plumbline.Contracts;

/// <summary>The attempt's results are in the database.</summary>
public sealed record TrialStored
{
    public required TrialKey Key { get; init; }

    public required ProbeKind Probe { get; init; }

    public required DataPlane DataPlane { get; init; }

    public required int Services { get; init; }

    public required Position Position { get; init; }

    /// <summary>False when the attempt was flagged: it will be repeated.</summary>
    public required bool Accepted { get; init; }

    public required IReadOnlyList<TrialFlag> Flags { get; init; }

    public required IReadOnlyList<string> Remarks { get; init; }
}
