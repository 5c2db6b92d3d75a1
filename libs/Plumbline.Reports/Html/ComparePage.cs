using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>Puts the page of a comparison together, of the report's parts.</summary>
internal static class ComparePage
{
    public static ReportModel Build(ExperimentComparison comparison, IReadOnlyList<Threshold> thresholds) => new(
        $"{comparison.A.Name} → {comparison.B.Name}",
        "What a first packet to a Kubernetes Service costs in the kernel: B compared with A, cell by cell.",
        $"{string.Join(". ", ComparisonText.Experiments(comparison))}.",
        [.. Warnings(comparison)],
        [.. Verdict(comparison, thresholds)],
        [.. Sections(comparison)]);

    private static IEnumerable<string> Warnings(ExperimentComparison comparison)
    {
        if (comparison.Conditions.Count > 0)
        {
            yield return $"A and B were measured under different conditions ({string.Join(", ", comparison.Conditions.Select(each => each.Name))}): any of them may be why figures differ.";
        }

        foreach ((string letter, ExperimentSummary summary) in new[] { ("A", comparison.A), ("B", comparison.B) })
        {
            if (summary.State != ExperimentState.Completed)
            {
                yield return $"{letter} is not complete ({summary.State.WireName()}): its figures are of the trials that were accepted.";
            }
        }
    }

    private static IEnumerable<ReportFinding> Verdict(ExperimentComparison comparison, IReadOnlyList<Threshold> thresholds)
    {
        if (thresholds.Count > 0)
        {
            yield return new ReportFinding(
                thresholds.Count == 1 ? "Is the threshold kept?" : "Are the thresholds kept?",
                [.. thresholds.SelectMany(each => ComparisonText.Of(each, comparison)).Select(line => line.Trim())]);
        }

        yield return new ReportFinding("Does B differ from A?", [.. ComparisonText.Verdict(comparison)]);
    }

    private static IEnumerable<ReportSection> Sections(ExperimentComparison comparison)
    {
        yield return Conditions(comparison.Conditions);
        foreach (IGrouping<Stage, CellComparison> stage in comparison.Cells.GroupBy(cell => cell.Cell.Stage))
        {
            CellComparison[] cells = [.. stage];
            yield return new ReportSection(stage.Key.WireName())
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

    private static ReportSection Conditions(IReadOnlyList<ConditionDifference> differences) => new("What differs in the conditions")
    {
        Paragraphs = differences.Count == 0 ? ["Nothing: the conditions are the same."] : [],
        Tables = differences.Count == 0 ? [] :
        [
            new ReportTable(
                "Conditions that are not the same",
                ["condition", ReportColumn.Words("A"), ReportColumn.Words("B")],
                [.. differences.Select(each => new ReportRow(each.Name, each.A, each.B))]),
        ],
    };

    /// <summary>Cells that differ come first on their own where the table of all is folded.</summary>
    private static IReadOnlyList<ReportTable> Tables(Stage stage, CellComparison[] cells)
    {
        CellComparison[] real = [.. cells.Where(cell => ComparisonText.Shown(cell).Any(each => each.IsReal))];
        ReportTable all = TableOf($"{stage.WireName()}: all cells", cells);
        return all.IsFolded && real.Length > 0 ? [TableOf($"{stage.WireName()}: cells that differ", real), all] : [all];
    }

    private static ReportTable TableOf(string what, IEnumerable<CellComparison> cells) => new(
        $"{what}, µs: medians across trials, 95 % intervals over trials in brackets; slower or faster where the ratio's interval excludes 1",
        ["cell", ReportColumn.Words("figure"), "A", "B", "B − A", "B / A", ReportColumn.Words("B is")],
        [
            .. from cell in cells
               from each in ComparisonText.Shown(cell)
               select new ReportRow(
                   cell.Cell.Place,
                   ComparisonText.Name(each.Statistic),
                   Figures.Microseconds(each.ANs),
                   Figures.Microseconds(each.BNs),
                   ComparisonText.Difference(each.DifferenceNs),
                   ComparisonText.Ratio(each.Ratio),
                   ComparisonText.Judgement(each) is { Length: > 0 } judgement ? judgement : "same"),
        ]);
}
