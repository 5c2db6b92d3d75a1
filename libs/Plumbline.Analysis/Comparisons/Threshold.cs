using System.Globalization;
using System.Text.RegularExpressions;

namespace Plumbline.Results;

/// <summary>
/// How much slower B may be than A, as <c>p99=+5%</c>. A negative share asks B to be that much faster. Noise does not exceed a
/// threshold: where the trials' spread explains a difference, it does not count.
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
            && double.TryParse(match.Groups["percent"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double percent)
            && percent > -100
            ? new Threshold(statistic, percent / 100)
            : null;
    }

    /// <summary>
    /// Whether B is slower than A by more than the threshold, and surely so: the interval of the ratio lies wholly above 1 (for
    /// a negative share, above what was asked for).
    /// </summary>
    public bool IsExceededBy(StatisticComparison comparison) =>
        comparison.Statistic == Statistic
        && comparison.Ratio.Value > 1 + Share
        && comparison.Ratio.Interval is { } interval
        && interval.Low > Math.Min(1, 1 + Share);

    /// <summary>Cells that exceed it.</summary>
    public IReadOnlyList<CellComparison> ExceededIn(ExperimentComparison comparison) =>
        [.. comparison.Cells.Where(cell => cell.Of(Statistic) is { } known && IsExceededBy(known))];

    /// <summary>Cells that cannot exceed it, whatever they measured: without the statistic, or with too few trials for an interval.</summary>
    public IReadOnlyList<CellComparison> NotJudgedIn(ExperimentComparison comparison) =>
        [.. comparison.Cells.Where(cell => cell.Of(Statistic)?.Ratio.Interval is null)];

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Statistic.ToString().ToLowerInvariant()}={100 * Share:+0.###;-0.###;+0}%");

    [GeneratedRegex(@"^(?<statistic>p50|p90|p99|mean)=(?<percent>[+-]\d{1,6}(\.\d{1,6})?)%\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
