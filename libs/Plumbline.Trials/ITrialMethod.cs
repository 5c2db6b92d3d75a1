using Plumbline.Contracts;

namespace Plumbline.Trials;

/// <summary>
/// How trials of one measure send and time their packets. <see cref="TrialRunner"/> does the rest for all measures.
/// </summary>
public interface ITrialMethod
{
    /// <summary>What sends, as <see cref="TrialConditions.Generator"/> names it.</summary>
    string Generator { get; }

    /// <summary>What times, as <see cref="TrialConditions.TimedBy"/> names it.</summary>
    string TimedBy(MeasureTrial trial);

    /// <summary>Whether the kernel's clock times single packets, so that it must be fine.</summary>
    bool NeedsFineClock => true;

    /// <summary>Sends and times the trial's packets. The stage probe is attached and aimed at the node.</summary>
    Task<Measurement> MeasureAsync(TrialScene scene, CancellationToken token);
}
