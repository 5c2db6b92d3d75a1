using System.Globalization;

namespace Plumbline.Reports.Texts;

/// <summary>A comparison of two experiments in sentences, on the terminal and in reports.</summary>
public static class ComparisonText
{
    /// <summary>The figures shown of a cell: p50, and p99 or else p90 if both have it.</summary>
    public static IEnumerable<StatisticComparison> Shown(CellComparison cell)
    {
        StatisticComparison?[] shown = [cell.By(Statistic.P50), cell.By(Statistic.P99) ?? cell.By(Statistic.P90)];
        return shown.OfType<StatisticComparison>();
    }

    /// <summary>What the comparison found.</summary>
    public static IEnumerable<string> Verdict(ExperimentComparison comparison)
    {
        if (comparison.Cells.Count == 0)
        {
            yield return "The two share no cell with figures: there is nothing to compare.";
            yield break;
        }

        StatisticComparison[] shown = [.. comparison.Cells.SelectMany(Shown)];
        int slower = shown.Count(each => each is { IsReal: true, Ratio.Value: > 1 });
        int faster = shown.Count(each => each is { IsReal: true, Ratio.Value: < 1 });
        int unsure = shown.Count(each => each.Ratio.Interval is null);
        string shared = $"{Figures.Integer(shown.Length)} figures in {Cells(comparison.Cells.Count)} that both have";
        yield return slower + faster == 0
            ? $"No difference beyond the spread of the builds, in {shared}."
            : $"B is slower in {Figures.Integer(slower)} and faster in {Figures.Integer(faster)} of {shared}, "
                + "beyond the spread of the builds.";
        if (slower + faster > 0)
        {
            long byChance = (long)Math.Ceiling((1 - Interval.Level) * (shown.Length - unsure));
            yield return $"{Figures.Integer(slower + faster)} of {Figures.Integer(shown.Length - unsure)} comparisons "
                + $"differ. If nothing differed, chance alone would give about {Figures.Integer(byChance)}.";
        }

        if (comparison.Machine is { } machine)
        {
            yield return $"Control packets, which meet no Service rules, took {Ratio(machine)} times as long in B. "
                + (comparison.IsAtOneSpeed
                    ? "All figures are at A's speed, so the machine's own change is in none of them."
                    : "The two ran on different machines or kernels, so figures are as they were measured.");
        }

        foreach (ColumnComparison column in comparison.Columns.Where(each => each.P50.IsReal))
        {
            yield return $"Over all numbers of Services: B takes {Ratio(column.P50.Ratio)} times as long for "
                + $"{column.Of.Stage}, {CellText.Column(column.Of.Cell)} (p50).";
        }

        if (unsure > 0)
        {
            yield return $"{Figures.Integer(unsure)} figures have fewer than "
                + $"{Figures.Integer(Replications.FewestBuilds)} builds in A or B. They have no interval and are not "
                + "judged.";
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
        string unjudged = notJudged == 0 ? "" : $"; {Cells(notJudged)} not judged, with too few builds or samples";
        yield return exceeded.Count == 0
            ? $"Threshold {threshold}: kept in {Cells(judged)}{unjudged}."
            : $"Threshold {threshold}: EXCEEDED in {Figures.Integer(exceeded.Count)} of {Cells(judged)}{unjudged}:";
        foreach (CellComparison cell in exceeded)
        {
            StatisticComparison known = cell.By(threshold.Statistic)!;
            yield return $"  {cell.Of}: {known.Statistic.Name()} {Figures.Microseconds(known.ANs)} → "
                + $"{Figures.Microseconds(known.BNs)} µs, ratio {Ratio(known.Ratio)}";
        }
    }

    /// <summary>Both, as <c>A  4859e818  lab, 2026-03-04 05:06:07 UTC</c>, with the node in a cluster.</summary>
    public static IReadOnlyList<string> Experiments(ExperimentComparison comparison) =>
        [Experiment("A", comparison.A), Experiment("B", comparison.B)];

    /// <summary>A ratio with its interval: <c>1.204 [1.187, 1.220]</c>.</summary>
    public static string Ratio(Estimate ratio) => WithInterval(
        ratio, value => value.ToString("F3", CultureInfo.InvariantCulture));

    /// <summary>A difference with its interval, in µs without the unit: <c>+1.20 [+1.10, +1.31]</c>.</summary>
    public static string Difference(Estimate ns) => WithInterval(ns, Signed);

    /// <summary>What the ratio's interval says about B.</summary>
    public static string Judgement(StatisticComparison comparison) => comparison switch
    {
        { Ratio.Interval: null } => Figures.Unknown,
        { IsReal: false } => "",
        { Ratio.Value: > 1 } => "slower",
        _ => "faster",
    };

    private static string Experiment(string letter, ExperimentResults results)
    {
        ExperimentSummary summary = results.Summary;
        string node = results.Node is null ? "" : $" on {results.Node}";
        string state = summary.State == RecordedState.Completed ? "" : $" ({summary.State.WireName()})";
        return $"{letter}  {ShortId.Of(summary.ExperimentId)}  {summary.Name}{node}, "
            + $"{Figures.Time(summary.StartedAt)}{state}";
    }

    private static string WithInterval(Estimate estimate, Func<double, string> write) =>
        write(estimate.Value)
        + (estimate.Interval is { } interval ? $" [{write(interval.Low)}, {write(interval.High)}]" : "");

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
        var columns =
            from cell in cells
            group Figures.Integer(cell.Cell.Services) by (cell.Stage, Column: cell.Cell.Column()) into column
            select (column.Key.Stage, column.Key.Column, At: string.Join("; ", column));
        foreach (var alike in columns.GroupBy(each => (each.Stage, Plane: each.Column.Without(Axes.Position), each.At)))
        {
            string positions = string.Join(", ", alike.Select(each => each.Column.Position.WireName()));
            yield return $"  {alike.Key.Stage}, {CellText.Column(alike.Key.Plane)} {positions} at {alike.Key.At}";
        }
    }
}
