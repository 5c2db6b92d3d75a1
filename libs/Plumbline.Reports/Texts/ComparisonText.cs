using System.Globalization;
using Plumbline.Contracts;
using Plumbline.Statistics;

namespace Plumbline.Results;

/// <summary>A comparison of two experiments in the words of the terminal and of the reports.</summary>
public static class ComparisonText
{
    /// <summary>The figures that are shown of a cell: p50, and the highest percentile of p99 and p90 that both have.</summary>
    public static IEnumerable<StatisticComparison> Shown(CellComparison cell) =>
        new[] { cell.Of(Statistic.P50), cell.Of(Statistic.P99) ?? cell.Of(Statistic.P90) }.OfType<StatisticComparison>();

    /// <summary>What the comparison found, in sentences.</summary>
    public static IEnumerable<string> Verdict(ExperimentComparison comparison)
    {
        if (comparison.Cells.Count == 0)
        {
            yield return "The two have no cell with figures in common: there is nothing to compare.";
            yield break;
        }

        StatisticComparison[] shown = [.. comparison.Cells.SelectMany(Shown)];
        int slower = shown.Count(each => each is { IsReal: true, Ratio.Value: > 1 });
        int faster = shown.Count(each => each is { IsReal: true, Ratio.Value: < 1 });
        int unsure = shown.Count(each => each.Ratio.Interval is null);
        string cells = comparison.Cells.Count == 1 ? "1 cell" : $"{Figures.Integer(comparison.Cells.Count)} cells";
        yield return slower + faster == 0
            ? $"No difference in {cells} that both have: none of {Figures.Integer(shown.Length)} figures differs by more than the spread of its trials."
            : $"Of {Figures.Integer(shown.Length)} figures in {cells} that both have, B is slower in {Figures.Integer(slower)} and faster in {Figures.Integer(faster)} by more than the spread of the trials.";
        if (slower + faster > 0)
        {
            yield return $"Where nothing differs, one interval in twenty excludes 1 all the same, and more of them with fewer than six trials: here {Figures.Integer((long)Math.Ceiling(0.05 * (shown.Length - unsure)))} or more by chance.";
        }

        if (unsure > 0)
        {
            yield return $"{Figures.Integer(unsure)} figures have fewer than {Figures.Integer(Bootstrap.FewestTrials)} trials in one of the two: no interval, so nothing is said of them.";
        }
    }

    /// <summary>Cells that only one has; empty when both have the same.</summary>
    public static IEnumerable<string> Missing(ExperimentComparison comparison) =>
        [.. Only("A", comparison.OnlyInA), .. Only("B", comparison.OnlyInB)];

    /// <summary>Whether the threshold is kept, in one line, and a line for each cell that exceeds it.</summary>
    public static IEnumerable<string> Of(Threshold threshold, ExperimentComparison comparison)
    {
        IReadOnlyList<CellComparison> exceeded = threshold.ExceededIn(comparison);
        int notJudged = threshold.NotJudgedIn(comparison).Count;
        int judged = comparison.Cells.Count - notJudged;
        string unjudged = notJudged == 0 ? "" : $"; {Cells(notJudged)} not judged, with too few trials or samples";
        yield return exceeded.Count == 0
            ? $"Threshold {threshold}: kept in {Cells(judged)}{unjudged}."
            : $"Threshold {threshold}: EXCEEDED in {Figures.Integer(exceeded.Count)} of {Cells(judged)}{unjudged}:";
        foreach (CellComparison cell in exceeded)
        {
            StatisticComparison known = cell.Of(threshold.Statistic)!;
            yield return $"  {cell.Cell}: {Name(known.Statistic)} {Figures.Microseconds(known.ANs)} → {Figures.Microseconds(known.BNs)} µs, ratio {Ratio(known.Ratio)}";
        }
    }

    /// <summary>As <c>p99</c>.</summary>
    public static string Name(Statistic statistic) => statistic.ToString().ToLowerInvariant();

    /// <summary>Both, as <c>A  4859e818  lab, 2026-03-04 05:06:07 UTC</c>, with the node where there is one.</summary>
    public static IReadOnlyList<string> Experiments(ExperimentComparison comparison) =>
        [Experiment("A", comparison.A, comparison.NodeOfA), Experiment("B", comparison.B, comparison.NodeOfB)];

    private static string Experiment(string letter, ExperimentSummary summary, string? node) =>
        $"{letter}  {ShortId.Of(summary.ExperimentId)}  {summary.Name}{(node is null ? "" : $" on {node}")}, {Figures.Time(summary.StartedAt)}{(summary.State == ExperimentState.Completed ? "" : $" ({summary.State.WireName()})")}";

    /// <summary>A ratio with its interval: <c>1.204 [1.187, 1.220]</c>.</summary>
    public static string Ratio(Estimate ratio) => string.Create(
        CultureInfo.InvariantCulture,
        $"{ratio.Value:F3}{(ratio.Interval is { } interval ? $" [{interval.Low:F3}, {interval.High:F3}]" : "")}");

    /// <summary>A difference with its interval, in µs without the unit: <c>+1.20 [+1.10, +1.31]</c>.</summary>
    public static string Difference(Estimate ns) =>
        $"{Signed(ns.Value)}{(ns.Interval is { } interval ? $" [{Signed(interval.Low)}, {Signed(interval.High)}]" : "")}";

    /// <summary>What the ratio's interval says.</summary>
    public static string Judgement(StatisticComparison comparison) => comparison switch
    {
        { Ratio.Interval: null } => Figures.Unknown,
        { IsReal: false } => "",
        { Ratio.Value: > 1 } => "slower",
        _ => "faster",
    };

    private static string Signed(double ns)
    {
        string text = Figures.Text(Math.Abs(ns) / 1_000);
        return text == "0.00" ? "0.00" : ns < 0 ? $"−{text}" : $"+{text}";
    }

    private static string Cells(int count) => count == 1 ? "1 cell" : $"{Figures.Integer(count)} cells";

    private static IEnumerable<string> Only(string letter, IReadOnlyList<ComparedCell> cells)
    {
        if (cells.Count == 0)
        {
            yield break;
        }

        yield return $"Only {letter} has {Cells(cells.Count)}:";
        var columns = cells.GroupBy(cell => (cell.Stage, cell.Column))
            .Select(column => (column.Key.Stage, column.Key.Column, At: string.Join("; ", column.Select(cell => Figures.Integer(cell.Services)))));
        foreach (var alike in columns.GroupBy(column => (column.Stage, column.Column.DataPlane, column.At)))
        {
            string positions = string.Join(", ", alike.Select(column => column.Column.Position.WireName()));
            yield return $"  {alike.Key.Stage.WireName()}, {alike.Key.DataPlane.WireName()} {positions} at {alike.Key.At}";
        }
    }
}
