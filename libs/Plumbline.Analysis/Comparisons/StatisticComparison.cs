namespace Plumbline.Analysis.Comparisons;

/// <summary>How one statistic of a cell differs: B's builds against A's, by Welch's method on the log scale.</summary>
public sealed class StatisticComparison
{
    private readonly WelchRatio _measured;
    private readonly WelchRatio? _corrected;

    private StatisticComparison(Statistic statistic, WelchRatio measured, WelchRatio? corrected) =>
        (Statistic, _measured, _corrected) = (statistic, measured, corrected);

    public Statistic Statistic { get; }

    /// <summary>Mean over A's builds.</summary>
    public double ANs => _measured.From;

    public double BNs => _measured.To;

    /// <summary>B minus A.</summary>
    public Estimate DifferenceNs => _measured.DifferenceOfMeans;

    /// <summary>B divided by A.</summary>
    public Estimate Ratio => _measured.Ratio;

    /// <summary>
    /// The ratio that is left when each experiment is divided by its control packets. Null where one has none.
    /// </summary>
    public Estimate? RatioWithoutMachine => _corrected?.Ratio;

    /// <summary>
    /// Whether the ratio's interval excludes 1, so that the spread of the builds does not explain the difference, and
    /// the machine's own speed does not explain it either.
    /// </summary>
    public bool IsReal => Excludes(Ratio, 1) is var side and not 0
        && (RatioWithoutMachine is null || Excludes(RatioWithoutMachine, 1) == side);

    /// <summary>Of each build the statistic, at its experiment's usual speed.</summary>
    /// <param name="ofA">In ns; all are above 0.</param>
    /// <param name="machine">How many times as long control packets take in B. Null where one has none.</param>
    public static StatisticComparison Of(
        Statistic statistic, IReadOnlyList<double> ofA, IReadOnlyList<double> ofB, double? machine = null) => new(
            statistic,
            WelchRatio.Of(ofA, ofB),
            machine is { } ratio ? WelchRatio.Of(ofA, [.. ofB.Select(ns => ns / ratio)]) : null);

    /// <summary>
    /// The one-sided p value of "B takes at most this many times as long as A", the larger of the measured ratio's and
    /// the one without the machine. Null with too few builds.
    /// </summary>
    internal double? ProbabilityAtMost(double ratio) => _measured.ProbabilityAtMost(ratio) is { } measured
        ? Math.Max(measured, _corrected?.ProbabilityAtMost(ratio) ?? 0)
        : null;

    /// <summary>1 where the interval is above, −1 where it is below, else 0.</summary>
    private static int Excludes(Estimate ratio, double value) =>
        ratio.Interval is not { } interval || interval.Contains(value) ? 0 : interval.Low > value ? 1 : -1;
}
