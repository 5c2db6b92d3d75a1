using Plumbline.Reports.Comparisons;
using Plumbline.Reports.Html;
using Plumbline.Reports.Tables;

namespace Plumbline.Reports.Exports;

/// <summary>
/// The report as Markdown, for a pull request: verdict, tables, cross-check, conditions, how to run it again.
/// </summary>
public static class MarkdownExport
{
    public static void Write(ExperimentResults results, TextWriter writer)
    {
        ComparisonTable comparison = ComparisonTable.Of(results);
        ExperimentSummary summary = results.Summary;
        string name = results.Node is { } node ? $"{summary.Name} on {node}" : summary.Name;
        writer.WriteLine($"## Plumbline: {Markdown.Text(name)}");
        writer.WriteLine();
        foreach (string note in Notes(results))
        {
            Paragraph(writer, $"> {Markdown.Text(note)}");
        }

        IReadOnlyList<string> verdict = VerdictText.Of(ExperimentAnalysis.Of(results));
        if (verdict.Count > 0)
        {
            Paragraph(writer, string.Join('\n', verdict.Select(sentence => $"- {Markdown.Text(sentence)}")));
        }

        if (NoiseText.Slowness(results) is { } slowness)
        {
            Paragraph(writer, Markdown.Text(slowness));
        }

        foreach (HeadlineTable table in HeadlineTables.Of(comparison))
        {
            WriteTable(writer, results, comparison, table);
        }

        if (CrossCheckText.Summary(CrossCheck.Of(results)) is { } crossCheck)
        {
            Paragraph(writer, "### Cross-check");
            Paragraph(writer, Markdown.Text(crossCheck));
        }

        Paragraph(writer, "### Conditions");
        Markdown.Table(
            writer,
            ["what", "value"],
            ExperimentConditions.Of(results).Select(fact => new[] { fact.Name, Markdown.Text(fact.Value) }),
            words: 2);
        WriteNode(writer, results);
        Paragraph(writer, "### How to run it again");
        WriteReproduction(writer, summary.Spec);
        writer.WriteLine($"Experiment {summary.ExperimentId}, {Figures.Time(summary.StartedAt)}.");
    }

    private static IEnumerable<string> Notes(ExperimentResults results)
    {
        foreach (string remark in NodeText.Remarks(results))
        {
            yield return remark;
        }

        if (results.Summary.State != RecordedState.Completed)
        {
            yield return $"This experiment is {results.Summary.State.WireName()}: parts of the plan are missing. "
                + results.Summary.Reason;
        }

        int flagged = results.FlaggedAttempts().Count();
        if (flagged > 0)
        {
            yield return $"{Figures.Integer(flagged)} attempts were flagged and are in no figure; "
                + $"{Figures.Integer(results.GivenUpTrials().Count())} trials were flagged at their last attempt too.";
        }

        if (NoiseText.Summary(results) is { } noise)
        {
            yield return noise;
        }

        if (RerunText.Summary(results) is { } reruns)
        {
            yield return reruns;
        }
    }

    private static void WriteTable(
        TextWriter writer, ExperimentResults results, ComparisonTable comparison, HeadlineTable table)
    {
        Paragraph(writer, $"### {Markdown.Text(table.Title)}");
        Markdown.Table(
            writer,
            ["Services", .. comparison.Columns.Select(CellText.Column)],
            comparison.Rows.Select(services => (string[])
            [
                Figures.Integer(services),
                .. comparison.Columns.Select(column => CellOf(services, column)),
            ]),
            words: 0);
        if (string.Join("; ", HeadlineTables.Baselines(results, comparison, table)) is { Length: > 0 } baselines)
        {
            Paragraph(writer, Markdown.Text(baselines));
        }

        if (table.Stage == Stage.RoundTrip && HeadlineTables.UserSpaceWords(comparison) is { } added)
        {
            Paragraph(writer, Markdown.Text(added));
        }

        string CellOf(int services, Cell column) =>
            HeadlineTables.Cell(comparison.Cell(services, column, table.Stage), table);
    }

    private static void WriteNode(TextWriter writer, ExperimentResults results)
    {
        if (NodeText.Heading(results) is { } heading)
        {
            Paragraph(writer, "### The node at each step");
            Paragraph(writer, Markdown.Text($"{heading}. s to program: {NodeText.Programming(results)}"));
            IEnumerable<string[]> rows =
                NodeStepTable.Of(results).Rows.Select(row => row.Select(Markdown.Text).ToArray());
            Markdown.Table(writer, NodeStepTable.Columns, rows, words: 0);
        }
    }

    private static void WriteReproduction(TextWriter writer, ExperimentSpec spec)
    {
        string? command = Reproduction.Command(spec);
        Paragraph(writer, command is null
            ? $"As `experiment.yaml`, with `{Reproduction.FileCommand(spec)}`:"
            : "The same seed gives the same plan.");
        writer.WriteLine(command is null ? "```yaml" : "```sh");
        writer.WriteLine(command ?? Reproduction.Yaml(spec));
        Paragraph(writer, "```");
    }

    private static void Paragraph(TextWriter writer, string text)
    {
        writer.WriteLine(text.TrimEnd());
        writer.WriteLine();
    }
}
