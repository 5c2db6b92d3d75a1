using System.Globalization;
using System.Text.RegularExpressions;

namespace Plumbline.Analysis.Comparisons;

/// <summary>
/// How much slower B may be than A, as <c>p99=+5%</c>. A negative share asks B to be that much faster. Noise does not
/// exceed a threshold: a difference that the builds' spread or the number of cells explains does not count.
/// </summary>
/// <param name="Share">0.05 is 5 %.</param>
public sealed partial record Threshold(Statistic Statistic, double Share)
{
    /// <summary>How often a comparison of equals may trip, whatever its number of cells.</summary>
    public const double Level = 0.05;

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
    /// Cells in which B is slower than A by more than the threshold, and surely slower. Surely means that the one-sided
    /// p value is below <see cref="Level"/>, after <see cref="Holm"/>'s adjustment for all cells compared. It is
    /// against a ratio of 1, or for a negative share against the gain that was asked for.
    /// </summary>
    public IReadOnlyList<CellComparison> ExceededIn(ExperimentComparison comparison)
    {
        (CellComparison Cell, double Ratio, double Probability)[] judged =
        [
            .. from cell in comparison.Cells
               let known = cell.By(Statistic)
               where known is not null
               let probability = known.ProbabilityAtMost(Math.Min(1, 1 + Share))
               where probability is not null
               select (cell, known.Ratio.Value, probability.Value),
        ];
        IReadOnlyList<double> adjusted = Holm.Adjusted([.. judged.Select(each => each.Probability)]);
        return
        [
            .. judged.Where((each, index) => each.Ratio > 1 + Share && adjusted[index] < Level)
                .Select(each => each.Cell),
        ];
    }

    /// <summary>
    /// Cells that cannot exceed it: they lack the statistic, or have too few builds for an interval.
    /// </summary>
    public IReadOnlyList<CellComparison> NotJudgedIn(ExperimentComparison comparison) =>
        [.. comparison.Cells.Where(cell => cell.By(Statistic)?.Ratio.Interval is null)];

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Statistic.Name()}={100 * Share:+0.###;-0.###;+0}%");

    [GeneratedRegex(
        @"^(?<statistic>p50|p90|p99|mean)=(?<percent>[+-]\d{1,6}(\.\d{1,6})?)%\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
