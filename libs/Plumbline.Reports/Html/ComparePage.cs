using Plumbline.Reports.Comparisons;
using Plumbline.Reports.Html.Plots;

namespace Plumbline.Reports.Html;

/// <summary>Builds the page of a comparison from the report's parts.</summary>
internal static class ComparePage
{
    public static ReportModel Build(ExperimentComparison comparison, IReadOnlyList<Threshold> thresholds)
    {
        IReadOnlyList<ConditionDifference> conditions = ExperimentConditions.Differences(comparison);
        return new ReportModel(
            $"{comparison.A.Summary.Name} → {comparison.B.Summary.Name}",
            "What a first packet to a Kubernetes Service costs in the kernel: B compared with A, cell by cell.",
            $"{string.Join(". ", ComparisonText.Experiments(comparison))}.",
            [.. Warnings(comparison, conditions)],
            [.. Verdict(comparison, thresholds)],
            [.. Sections(comparison, conditions)]);
    }

    private static IEnumerable<string> Warnings(
        ExperimentComparison comparison, IReadOnlyList<ConditionDifference> conditions)
    {
        if (conditions.Count > 0)
        {
            yield return "A and B were measured under different conditions "
                + $"({string.Join(", ", conditions.Select(each => each.Name))}). "
                + "Any of these may explain a difference.";
        }

        foreach ((string letter, ExperimentResults results) in new[] { ("A", comparison.A), ("B", comparison.B) })
        {
            if (results.Summary.State != RecordedState.Completed)
            {
                yield return $"{letter} is not complete ({results.Summary.State.WireName()}): "
                    + "its figures contain only the trials that were accepted.";
            }
        }
    }

    private static IEnumerable<ReportFinding> Verdict(
        ExperimentComparison comparison, IReadOnlyList<Threshold> thresholds)
    {
        if (thresholds.Count > 0)
        {
            yield return new ReportFinding(
                thresholds.Count == 1 ? "Is the threshold kept?" : "Are the thresholds kept?",
                [.. thresholds.SelectMany(each => ComparisonText.Of(each, comparison)).Select(line => line.Trim())]);
        }

        yield return new ReportFinding("Does B differ from A?", [.. ComparisonText.Verdict(comparison)]);
    }

    private static IEnumerable<ReportSection> Sections(
        ExperimentComparison comparison, IReadOnlyList<ConditionDifference> conditions)
    {
        yield return Conditions(conditions);
        foreach (IGrouping<Stage, CellComparison> stage in comparison.Cells.GroupBy(cell => cell.Stage))
        {
            CellComparison[] cells = [.. stage];
            yield return new ReportSection(stage.Key.Name)
            {
                Charts = ReportChart.Of(ComparePlots.Latency(stage.Key, cells), ComparePlots.Ratio(stage.Key, cells)),
                Tables = Tables(stage.Key, cells),
            };
        }

        if (ComparisonText.Missing(comparison).ToArray() is { Length: > 0 } missing)
        {
            yield return new ReportSection("Cells that only one has") { Paragraphs = missing };
        }
    }

    private static ReportSection Conditions(IReadOnlyList<ConditionDifference> differences)
    {
        ReportSection section = new("What differs in the conditions");
        return differences.Count == 0
            ? section with { Paragraphs = ["Nothing: the conditions are the same."] }
            : section with
            {
                Tables =
                [
                    new ReportTable(
                        "Conditions that are not the same",
                        ["condition", ReportColumn.Words("A"), ReportColumn.Words("B")],
                        [.. differences.Select(each => new ReportRow(each.Name, each.A, each.B))]),
                ],
            };
    }

    /// <summary>Where the table of all cells is folded, those that differ come before it.</summary>
    private static IReadOnlyList<ReportTable> Tables(Stage stage, CellComparison[] cells)
    {
        CellComparison[] real = [.. cells.Where(cell => ComparisonText.Shown(cell).Any(each => each.IsReal))];
        ReportTable all = TableOf($"{stage}: all cells", cells);
        return all.IsFolded && real.Length > 0 ? [TableOf($"{stage}: cells that differ", real), all] : [all];
    }

    private static ReportTable TableOf(string what, IEnumerable<CellComparison> cells) => new(
        $"{what}, µs: means over builds, 95 % intervals over builds in brackets; "
            + "slower or faster where the ratio's interval excludes 1",
        ["cell", ReportColumn.Words("figure"), "A", "B", "B − A", "B / A", ReportColumn.Words("B is")],
        [
            .. from cell in cells
               from each in ComparisonText.Shown(cell)
               select new ReportRow(
                   cell.Cell.ToString(),
                   each.Statistic.Name(),
                   Figures.Microseconds(each.ANs),
                   Figures.Microseconds(each.BNs),
                   ComparisonText.Difference(each.DifferenceNs),
                   ComparisonText.Ratio(each.Ratio),
                   ComparisonText.Judgement(each) is { Length: > 0 } judgement ? judgement : "same"),
        ]);
}
