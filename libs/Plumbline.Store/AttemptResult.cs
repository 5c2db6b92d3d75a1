using Plumbline.Contracts;

namespace Plumbline.Store;

/// <summary>One attempt at one trial, as recorded.</summary>
public sealed record AttemptResult
{
    public required MeasureTrial Trial { get; init; }

    public required TrialConditions Conditions { get; init; }

    public required TrialCounts Counts { get; init; }

    public required IReadOnlyList<TrialFlag> Flags { get; init; }

    public required IReadOnlyList<string> Remarks { get; init; }

    /// <summary>One for each measured stage, in the stages' order.</summary>
    public required IReadOnlyList<MeasuredLatency> Latencies { get; init; }

    /// <summary>One for each kernel probe of the trial.</summary>
    public IReadOnlyList<ProbeResult> Probes { get; init; } = [];

    public bool Accepted => Flags.Count == 0;

    /// <summary>Null when the stage was not measured.</summary>
    public MeasuredLatency? Latency(Stage stage) => Latencies.FirstOrDefault(latency => latency.Name == stage.Name);

    /// <summary>What the kernel probe of that timing reported; null where the trial did not use it.</summary>
    public ProbeResult? Probe(Timing timing) =>
        Probes.FirstOrDefault(each => each.Report.Probe == timing.WireName());
}

/// <param name="Report">As the probe sent it, without its details.</param>
/// <param name="Details">The report's histograms, by name.</param>
public sealed record ProbeResult(KernelProbeReport Report, IReadOnlyList<MeasuredLatency> Details);
