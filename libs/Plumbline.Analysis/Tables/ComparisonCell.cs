using System.Text.Json.Serialization;

namespace Plumbline.Analysis.Tables;

/// <summary>What was measured of one stage in one cell, or in one baseline arm.</summary>
public sealed record ComparisonCell
{
    /// <summary>Without a node, which belongs to the results.</summary>
    public required Cell Cell { get; init; }

    public required Stage Stage { get; init; }

    /// <summary>The stage's measure. Trials, attempts and samples below are those of this measure.</summary>
    public Measure Measure => Stage.Measure;

    /// <summary>Builds with accepted trials; only these are in the figures.</summary>
    public required int Builds { get; init; }

    /// <summary>Accepted trials of all builds together.</summary>
    public required int Trials { get; init; }

    /// <summary>Latencies measured in the accepted trials together.</summary>
    public required long Samples { get; init; }

    public required int FlaggedAttempts { get; init; }

    /// <summary>Trials that were still flagged at their last attempt.</summary>
    public required int GivenUpTrials { get; init; }

    /// <summary>Only those that an accepted trial has enough samples for.</summary>
    public required IReadOnlyDictionary<Statistic, AcrossBuilds> Statistics { get; init; }

    [JsonIgnore]
    public AcrossBuilds? P50 => Of(Statistic.P50);

    /// <summary>Null where no accepted trial has enough samples for it.</summary>
    public AcrossBuilds? Of(Statistic statistic) => Statistics.GetValueOrDefault(statistic);
}
