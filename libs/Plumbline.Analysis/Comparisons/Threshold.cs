using System.Globalization;
using System.Text.RegularExpressions;

namespace Plumbline.Analysis.Comparisons;

/// <summary>
/// How much slower B may be than A, as <c>p99=+5%</c>. A negative share asks B to be that much faster. Noise does not
/// exceed a threshold: a difference that the trials' spread explains does not count.
/// </summary>
/// <param name="Share">0.05 is 5 %.</param>
public sealed partial record Threshold(Statistic Statistic, double Share)
{
    /// <summary>What a threshold looks like, for people who wrote another.</summary>
    public const string Form = "p50, p90, p99 or mean, then = and a signed percentage, as in p99=+5%";

    /// <summary>Null where the text is not of <see cref="Form"/>.</summary>
    public static Threshold? TryParse(string text)
    {
        Match match = Pattern().Match(text);
        return match.Success
            && Enum.TryParse(match.Groups["statistic"].Value, ignoreCase: true, out Statistic statistic)
            && double.TryParse(
                match.Groups["percent"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double percent)
            && percent > -100
            ? new Threshold(statistic, percent / 100)
            : null;
    }

    /// <summary>
    /// Whether B is slower than A by more than the threshold, and surely so: the interval of the ratio is wholly above
    /// 1, or, for a negative share, above what was asked for.
    /// </summary>
    public bool IsExceededBy(StatisticComparison comparison) =>
        comparison.Statistic == Statistic
        && comparison.Ratio.Value > 1 + Share
        && comparison.Ratio.Interval is { } interval
        && interval.Low > Math.Min(1, 1 + Share);

    /// <summary>Cells that exceed it.</summary>
    public IReadOnlyList<CellComparison> ExceededIn(ExperimentComparison comparison) =>
        [.. comparison.Cells.Where(cell => cell.By(Statistic) is { } known && IsExceededBy(known))];

    /// <summary>
    /// Cells that cannot exceed it: they lack the statistic, or have too few trials for an interval.
    /// </summary>
    public IReadOnlyList<CellComparison> NotJudgedIn(ExperimentComparison comparison) =>
        [.. comparison.Cells.Where(cell => cell.By(Statistic)?.Ratio.Interval is null)];

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Statistic.Name()}={100 * Share:+0.###;-0.###;+0}%");

    [GeneratedRegex(
        @"^(?<statistic>p50|p90|p99|mean)=(?<percent>[+-]\d{1,6}(\.\d{1,6})?)%\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
