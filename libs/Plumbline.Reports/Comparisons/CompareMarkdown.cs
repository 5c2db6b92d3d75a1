using Plumbline.Reports.Exports;

namespace Plumbline.Reports.Comparisons;

/// <summary>A comparison of two experiments as Markdown.</summary>
public static class CompareMarkdown
{
    public static void Write(ExperimentComparison comparison, IReadOnlyList<Threshold> thresholds, TextWriter writer)
    {
        (string a, string b) = (comparison.A.Summary.Name, comparison.B.Summary.Name);
        writer.WriteLine($"## Plumbline: {Markdown.Text(a)} → {Markdown.Text(b)}");
        writer.WriteLine();
        List(writer, ComparisonText.Experiments(comparison));
        List(
            writer,
            [
                .. ComparisonText.Verdict(comparison),
                .. thresholds.SelectMany(each => ComparisonText.Of(each, comparison)),
                .. ComparisonText.Missing(comparison),
            ]);
        WriteConditions(writer, ExperimentConditions.Differences(comparison));
        WriteCells(writer, comparison.Cells);
        writer.WriteLine(
            "µs; means over builds; intervals are 95 % over builds (Welch's t). **Bold**: slower or faster.");
    }

    private static void WriteConditions(TextWriter writer, IReadOnlyList<ConditionDifference> conditions)
    {
        writer.WriteLine("### What differs in the conditions");
        writer.WriteLine();
        if (conditions.Count == 0)
        {
            writer.WriteLine("Nothing.");
            writer.WriteLine();
        }
        else
        {
            IEnumerable<string[]> rows =
                conditions.Select(each => new[] { each.Name, Markdown.Text(each.A), Markdown.Text(each.B) });
            Markdown.Table(writer, ["what", "A", "B"], rows, words: 3);
        }
    }

    private static void WriteCells(TextWriter writer, IReadOnlyList<CellComparison> cells)
    {
        CellComparison[] real = [.. cells.Where(cell => ComparisonText.Shown(cell).Any(each => each.IsReal))];
        if (real.Length > 0)
        {
            writer.WriteLine("### Cells that differ");
            writer.WriteLine();
            Table(writer, real);
        }

        if (cells.Count > real.Length)
        {
            // All cells would be longer than a reviewer wants to scroll past.
            writer.WriteLine("<details><summary>All cells</summary>");
            writer.WriteLine();
            Table(writer, cells);
            writer.WriteLine("</details>");
            writer.WriteLine();
        }
    }

    private static void Table(TextWriter writer, IEnumerable<CellComparison> cells) => Markdown.Table(
        writer,
        ["stage", "cell", "", "A, µs", "B, µs", "B − A, µs", "B / A"],
        from cell in cells
        from each in ComparisonText.Shown(cell)
        let ratio = Markdown.Text(ComparisonText.Ratio(each.Ratio))
        select (string[])
        [
            cell.Stage.Name,
            cell.Cell.ToString(),
            each.Statistic.Name(),
            Figures.Microseconds(each.ANs),
            Figures.Microseconds(each.BNs),
            Markdown.Text(ComparisonText.Difference(each.DifferenceNs)),
            each.IsReal ? $"**{ratio}**" : ratio,
        ],
        words: 3);

    /// <summary>Lines as a list; indented lines belong to the one before.</summary>
    private static void List(TextWriter writer, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            bool isInner = line.StartsWith("  ", StringComparison.Ordinal);
            writer.WriteLine(isInner ? $"  - {Markdown.Text(line.Trim())}" : $"- {Markdown.Text(line)}");
        }

        writer.WriteLine();
    }
}
