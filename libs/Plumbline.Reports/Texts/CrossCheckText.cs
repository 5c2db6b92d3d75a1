using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>What the cross-check found, in the words of the terminal and of the report.</summary>
public static class CrossCheckText
{
    /// <summary>The one-way difference above which a pair is judged.</summary>
    public static string Threshold { get; } = string.Create(CultureInfo.InvariantCulture, $"{CrossCheck.TellingDeltaNs / 1_000:0} µs");

    /// <summary>Where its ratio is then expected.</summary>
    public static string Bounds { get; } = $"{Figures.Ratio(CrossCheck.LeastRatio)}–{Figures.Ratio(CrossCheck.MostRatio)}";

    /// <summary>One or two sentences; null without pairs, as when only one of the two probes was measured.</summary>
    public static string? Summary(CrossCheck check)
    {
        if (check.Pairs.Count == 0)
        {
            return null;
        }

        string pairs = check.Pairs.Count == 1 ? "1 pair" : $"{Figures.Integer(check.Pairs.Count)} pairs";
        return check.TellingPairs switch
        {
            0 => $"Of {pairs} of cells none differs by more than {Threshold} one-way, so the ratio of the differences tells nothing.",
            1 => $"Δround-trip / Δone-way is {Figures.Ratio(check.MedianRatio)} for the one pair of cells that differs by more than {Threshold}; expected 1. {Outside(check)}",
            int telling => $"Δround-trip / Δone-way is {Figures.Ratio(check.MedianRatio)} (median; {Figures.Ratio(check.SmallestRatio)} to {Figures.Ratio(check.LargestRatio)}) over {Figures.Integer(telling)} pairs of cells that differ by more than {Threshold}; expected 1. {Outside(check)}",
        };
    }

    /// <summary>A pair with its ratio: <c>iptables-nft first at 100 → last at 10,000: 1.98 [1.90, 2.05]</c>.</summary>
    public static string Pair(CrossCheckPair pair) => $"{Cells(pair)}: {Figures.Ratio(pair.Ratio, pair.Interval)}";

    /// <summary>The pair's two cells, with what they have in common said once.</summary>
    public static string Cells(CrossCheckPair pair)
    {
        (CrossCheckCell from, CrossCheckCell to) = (pair.From, pair.To);
        return from.DataPlane == to.DataPlane
            ? $"{from.DataPlane.WireName()} {Place(from)} → {Place(to)}"
            : $"{from.DataPlane.WireName()} → {to.DataPlane.WireName()} {Place(to)}";

        static string Place(CrossCheckCell cell) => $"{cell.Position.WireName()} at {Figures.Integer(cell.Services)}";
    }

    private static string Outside(CrossCheck check) => check.FlaggedPairs == 0
        ? $"None is outside {Bounds}."
        : $"Outside {Bounds}: {Figures.Integer(check.FlaggedPairs)}, of which {Figures.Integer(check.FlaggedPairsThatExcludeOne)} with a 95 % interval that excludes 1.";
}
