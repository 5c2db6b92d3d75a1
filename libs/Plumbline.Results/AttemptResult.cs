using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>One attempt at one trial, as recorded.</summary>
public sealed record AttemptResult
{
    public required MeasureTrial Trial { get; init; }

    public required TrialConditions Conditions { get; init; }

    public required TrialCounts Counts { get; init; }

    public required IReadOnlyList<TrialFlag> Flags { get; init; }

    public required IReadOnlyList<string> Remarks { get; init; }

    /// <summary>In the order of the stages.</summary>
    public required IReadOnlyList<StageLatency> Latencies { get; init; }

    /// <summary>Null where the function probe did not measure.</summary>
    public required FunctionResult? Functions { get; init; }

    public bool Accepted => Flags.Count == 0;

    /// <summary>Null when the stage was not measured.</summary>
    public StageLatency? Latency(Stage stage) => Latencies.FirstOrDefault(latency => latency.Stage == stage);
}
