namespace Plumbline.Analysis;

/// <summary>
/// What an analysis computes and a report shows first. Each of these choices is made here and nowhere else.
/// </summary>
public static class Headlines
{
    /// <summary>
    /// Stages that contain the experiment's rules, the most informative first: the hook where the rules are, the rules
    /// by themselves, and the round trip that contains both.
    /// </summary>
    public static readonly IReadOnlyList<Stage> RuleStages = [Stage.Prerouting, Stage.RuleFunctions, Stage.RoundTrip];

    /// <summary>The stage that represents each measure.</summary>
    public static readonly IReadOnlyList<Stage> MeasureStages = [Stage.Prerouting, Stage.RoundTrip, Stage.GrpcTotal];

    /// <summary>
    /// Positions with their names in sentences, the most informative first: the last rule costs most where rules are a
    /// list, and real traffic meets random ones.
    /// </summary>
    public static readonly IReadOnlyList<(Position Position, string Words)> Positions =
    [
        (Position.Last, "the last rule"),
        (Position.Random, "a random Service"),
        (Position.P75, "the rule at three quarters"),
        (Position.Median, "the middle rule"),
        (Position.P25, "the rule at one quarter"),
        (Position.First, "the first rule"),
    ];

    /// <summary>Every percentile that is computed of a trial.</summary>
    public static readonly IReadOnlyList<Statistic> Percentiles =
        [Statistic.P50, Statistic.P90, Statistic.P95, Statistic.P99, Statistic.P999];

    /// <summary>The statistics that have intervals, and are drawn and tabled.</summary>
    public static readonly IReadOnlyList<Statistic> Drawn = [Statistic.P50, Statistic.P99];

    /// <summary>The statistics that two experiments are compared by: thresholds exist for these.</summary>
    public static readonly IReadOnlyList<Statistic> Compared =
        [Statistic.Mean, Statistic.P50, Statistic.P90, Statistic.P99];

    /// <summary>The percentile shown beside p50. A gRPC trial has too few requests for percentiles above p90.</summary>
    public static Statistic High(Measure measure) => measure == Measure.Grpc ? Statistic.P90 : Statistic.P99;

    /// <summary>
    /// Which of the measured positions are drawn. More than three lines of a data plane are too many, so these are its
    /// bounds and what real traffic meets.
    /// </summary>
    /// <param name="measured">In order.</param>
    public static IReadOnlyList<Position> DrawnOf(IReadOnlyList<Position> measured) => measured.Count <= 3
        ? measured
        : [.. measured.Where(each => each == measured[0] || each == Position.Last || each == measured[^1])];
}
