using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>A comparison of two experiments as Markdown.</summary>
public static class CompareMarkdown
{
    public static void Write(ExperimentComparison comparison, IReadOnlyList<Threshold> thresholds, TextWriter writer)
    {
        writer.WriteLine($"## Plumbline: {Markdown.Text(comparison.A.Name)} → {Markdown.Text(comparison.B.Name)}");
        writer.WriteLine();
        List(writer, ComparisonText.Experiments(comparison));
        List(writer, [.. ComparisonText.Verdict(comparison), .. thresholds.SelectMany(each => ComparisonText.Of(each, comparison)), .. ComparisonText.Missing(comparison)]);
        writer.WriteLine("### What differs in the conditions");
        writer.WriteLine();
        if (comparison.Conditions.Count == 0)
        {
            writer.WriteLine("Nothing.");
            writer.WriteLine();
        }
        else
        {
            Markdown.Table(writer, ["what", "A", "B"], comparison.Conditions.Select(each => new[] { each.Name, Markdown.Text(each.A), Markdown.Text(each.B) }), words: 3);
        }

        CellComparison[] real = [.. comparison.Cells.Where(cell => ComparisonText.Shown(cell).Any(each => each.IsReal))];
        if (real.Length > 0)
        {
            writer.WriteLine("### Cells that differ");
            writer.WriteLine();
            Table(writer, real);
        }

        if (comparison.Cells.Count > real.Length)
        {
            // All cells would be longer than a reviewer wants to scroll past.
            writer.WriteLine("<details><summary>All cells</summary>");
            writer.WriteLine();
            Table(writer, comparison.Cells);
            writer.WriteLine("</details>");
            writer.WriteLine();
        }

        writer.WriteLine("µs; medians across trials; intervals are 95 % over trials (BCa bootstrap). **Bold**: the ratio's interval excludes 1.");
    }

    private static void Table(TextWriter writer, IEnumerable<CellComparison> cells) => Markdown.Table(
        writer,
        ["stage", "cell", "", "A, µs", "B, µs", "B − A, µs", "B / A"],
        from cell in cells
        from each in ComparisonText.Shown(cell)
        let ratio = Markdown.Text(ComparisonText.Ratio(each.Ratio))
        select (string[])
        [
            cell.Cell.Stage.WireName(), cell.Cell.Place, ComparisonText.Name(each.Statistic), Figures.Microseconds(each.ANs), Figures.Microseconds(each.BNs),
            Markdown.Text(ComparisonText.Difference(each.DifferenceNs)), each.IsReal ? $"**{ratio}**" : ratio,
        ],
        words: 3);

    /// <summary>Lines as a list; those that are set in belong to the one before.</summary>
    private static void List(TextWriter writer, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            writer.WriteLine(line.StartsWith("  ", StringComparison.Ordinal) ? $"  - {Markdown.Text(line.Trim())}" : $"- {Markdown.Text(line)}");
        }

        writer.WriteLine();
    }
}
