namespace Plumbline.Analysis.Comparisons;

/// <summary>How one statistic of a cell differs: B's builds against A's, by Welch's method on the log scale.</summary>
public sealed class StatisticComparison
{
    private readonly WelchRatio _ratio;

    private StatisticComparison(Statistic statistic, WelchRatio ratio) => (Statistic, _ratio) = (statistic, ratio);

    public Statistic Statistic { get; }

    /// <summary>Mean over A's builds.</summary>
    public double ANs => _ratio.From;

    public double BNs => _ratio.To;

    /// <summary>B minus A.</summary>
    public Estimate DifferenceNs => _ratio.DifferenceOfMeans;

    /// <summary>B divided by A.</summary>
    public Estimate Ratio => _ratio.Ratio;

    /// <summary>
    /// Whether the ratio's interval excludes 1: the spread of the builds does not explain the difference.
    /// </summary>
    public bool IsReal => Ratio.Excludes(1);

    /// <param name="ofA">Of the statistic in ns, the mean of the builds' logarithms.</param>
    public static StatisticComparison Of(Statistic statistic, SampleMean ofA, SampleMean ofB) =>
        new(statistic, WelchRatio.Of(ofA, ofB));

    /// <summary>
    /// The one-sided p value of "B takes at most this many times as long as A". Null with too few builds.
    /// </summary>
    internal double? ProbabilityAtMost(double ratio) => _ratio.ProbabilityAtMost(ratio);
}
