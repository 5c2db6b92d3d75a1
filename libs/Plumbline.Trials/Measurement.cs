using Plumbline.Contracts;
using Plumbline.Trials.Noise;

namespace Plumbline.Trials;

/// <summary>What a trial's sender and timers saw.</summary>
public sealed record Measurement
{
    /// <summary>Nothing was sent.</summary>
    public static readonly Measurement None = new() { Series = [] };

    /// <summary>The CPU that sent; null when the sender was not pinned to one.</summary>
    public int? Cpu { get; init; }

    /// <summary>Other work on that CPU during the first series; null when there is none.</summary>
    public SenderNoise? Noise { get; init; }

    /// <summary>The control packets around the series; null when none were sent.</summary>
    public ControlReading? Control { get; init; }

    /// <summary>What sent and why it was chosen; null when the method has no choice.</summary>
    public (string Name, string Reason)? Generator { get; init; }

    /// <summary>
    /// The first series gives the trial's counts, rate and lateness. Every series gives histograms, a report and
    /// flags. Empty when nothing was sent.
    /// </summary>
    public required IReadOnlyList<Series> Series { get; init; }

    /// <summary>Reports on kernel probes that timed no series: how much they add to a round trip.</summary>
    public IReadOnlyList<KernelProbeReport> FurtherReports { get; init; } = [];

    public Series? Main => Series.Count > 0 ? Series[0] : null;

    public IReadOnlyList<NamedHistogram> Histograms => [.. Series.SelectMany(each => each.Histograms)];

    public IReadOnlyList<KernelProbeReport> Reports =>
        [.. Series.Select(each => each.Report).OfType<KernelProbeReport>(), .. FurtherReports];

    /// <summary>Where every packet of the first series went.</summary>
    public TrialCounts Counts => Main?.Counts ?? new TrialCounts
    {
        Sent = 0,
        SendErrors = 0,
        Arrived = 0,
        Measured = 0,
        FirstPackets = 0,
        NotFirstPackets = 0,
        Untracked = 0,
        Translated = 0,
        LostByReason = new Dictionary<string, long>(),
        Unaccounted = 0,
    };
}
