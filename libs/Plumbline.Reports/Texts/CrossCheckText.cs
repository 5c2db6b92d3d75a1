using System.Globalization;

namespace Plumbline.Reports.Texts;

/// <summary>What the cross-check found, on the terminal and in reports.</summary>
public static class CrossCheckText
{
    /// <summary>The one-way difference above which a pair is judged.</summary>
    public static string Threshold { get; } =
        string.Create(CultureInfo.InvariantCulture, $"{CrossCheck.JudgedDeltaNs / 1_000:0} µs");

    /// <summary>Where its ratio is then expected.</summary>
    public static string Bounds { get; } =
        $"{Figures.Ratio(CrossCheck.LeastRatio)}–{Figures.Ratio(CrossCheck.MostRatio)}";

    /// <summary>One or two sentences; null without pairs, as when only one of the two was measured.</summary>
    public static string? Summary(CrossCheck check)
    {
        if (check.Pairs.Count == 0)
        {
            return null;
        }

        string ratio = $"Δround-trip / Δone-way is {Figures.Ratio(check.MedianRatio)}";
        string range = $"{Figures.Ratio(check.SmallestRatio)} to {Figures.Ratio(check.LargestRatio)}";
        return check.JudgedPairs switch
        {
            0 => $"No pair of cells differs by more than {Threshold} one-way (of {Pairs(check.Pairs.Count)}), "
                + "so the ratio of the differences means nothing.",
            1 => $"{ratio} for the one pair of cells that differs by more than {Threshold}; expected 1. "
                + Outside(check),
            int judged => $"{ratio} (median; {range}) over {Pairs(judged)} of cells that differ by more than "
                + $"{Threshold}; expected 1. {Outside(check)}",
        };
    }

    /// <summary>A pair with its ratio: <c>iptables-nft first at 100 → last at 10,000: 1.98 [1.90, 2.05]</c>.</summary>
    public static string Pair(CrossCheckPair pair) => $"{Cells(pair)}: {Figures.Ratio(pair.Ratio, pair.Interval)}";

    /// <summary>The pair's two cells. What they share is named once.</summary>
    public static string Cells(CrossCheckPair pair)
    {
        (Cell from, Cell to) = (pair.From, pair.To);
        return from.DataPlane == to.DataPlane
            ? $"{CellText.Of(from)} → {CellText.Of(to.Without(Axes.DataPlane))}"
            : $"{from.DataPlane} → {CellText.Of(to)}";
    }

    private static string Pairs(int count) => count == 1 ? "1 pair" : $"{Figures.Integer(count)} pairs";

    private static string Outside(CrossCheck check) => check.FlaggedPairs == 0
        ? $"None is outside {Bounds}."
        : $"Outside {Bounds}: {Figures.Integer(check.FlaggedPairs)}; the 95 % interval of "
            + $"{Figures.Integer(check.FlaggedPairsThatExcludeOne)} of these excludes 1.";
}
