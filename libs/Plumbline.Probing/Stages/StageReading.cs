using Plumbline.Contracts;

namespace Plumbline.Trials.Probes;

/// <summary>What the stage probe has counted since it was last reset, over all CPUs.</summary>
public sealed record StageReading
{
    public required IReadOnlyList<NamedHistogram> Histograms { get; init; }

    public required long Arrived { get; init; }

    public required long First { get; init; }

    public required long NotFirst { get; init; }

    public required long Untracked { get; init; }

    public required long Translated { get; init; }

    public required long WithoutRoute { get; init; }

    public required long Superseded { get; init; }

    /// <summary>Dropped packets by the kernel's name of the reason.</summary>
    public required IReadOnlyDictionary<string, long> LostByReason { get; init; }

    public long Left => First + NotFirst + Untracked;

    public long Lost => LostByReason.Values.Sum();
}
