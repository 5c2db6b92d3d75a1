using Plumbline.Contracts;
using Plumbline.Results.Html;

namespace Plumbline.Results;

/// <summary>The report as Markdown, to be put into a pull request: verdict, tables, cross-check, conditions, how to run it again.</summary>
public static class MarkdownExport
{
    public static void Write(ExperimentResults results, TextWriter writer)
    {
        ComparisonTable comparison = ComparisonTable.Of(results);
        ExperimentSummary summary = results.Summary;
        writer.WriteLine($"## Plumbline: {Markdown.Text(results.Node is { } node ? $"{summary.Name} on {node}" : summary.Name)}");
        writer.WriteLine();
        foreach (string note in Notes(results))
        {
            writer.WriteLine($"> {Markdown.Text(note)}");
            writer.WriteLine();
        }

        IReadOnlyList<string> verdict = Verdict.Of(ExperimentAnalysis.Of(results));
        foreach (string sentence in verdict)
        {
            writer.WriteLine($"- {Markdown.Text(sentence)}");
        }

        if (verdict.Count > 0)
        {
            writer.WriteLine();
        }

        foreach (HeadlineTable table in HeadlineTables.Of(comparison))
        {
            WriteTable(writer, results, comparison, table);
        }

        if (CrossCheckText.Summary(CrossCheck.Of(results)) is { } crossCheck)
        {
            writer.WriteLine("### Cross-check");
            writer.WriteLine();
            writer.WriteLine(Markdown.Text(crossCheck));
            writer.WriteLine();
        }

        writer.WriteLine("### Conditions");
        writer.WriteLine();
        Markdown.Table(
            writer, ["what", "value"], ExperimentConditions.Of(results).Select(fact => new[] { fact.Name, Markdown.Text(fact.Value) }), words: 2);
        WriteNode(writer, results);
        writer.WriteLine("### How to run it again");
        writer.WriteLine();
        WriteReproduction(writer, summary.Spec);
        writer.WriteLine($"Experiment {summary.ExperimentId}, {Figures.Time(summary.StartedAt)}.");
    }

    private static IEnumerable<string> Notes(ExperimentResults results)
    {
        foreach (string remark in NodeText.Remarks(results))
        {
            yield return remark;
        }

        if (results.Summary.State != ExperimentState.Completed)
        {
            yield return $"This experiment is {results.Summary.State.WireName()}: not everything that was planned is here. {results.Summary.Reason}".TrimEnd();
        }

        int flagged = results.FlaggedAttempts().Count();
        if (flagged > 0)
        {
            yield return $"{Figures.Integer(flagged)} attempts were flagged and are in no figure; {Figures.Integer(results.GivenUpTrials().Count())} trials stayed so to their last attempt.";
        }

        if (RerunText.Summary(results) is { } reruns)
        {
            yield return reruns;
        }
    }

    private static void WriteTable(TextWriter writer, ExperimentResults results, ComparisonTable comparison, HeadlineTable table)
    {
        writer.WriteLine($"### {Markdown.Text(table.Title)}");
        writer.WriteLine();
        Markdown.Table(
            writer,
            ["Services", .. comparison.Columns.Select(Figures.Column)],
            comparison.Rows.Select(services => (string[])
            [
                Figures.Integer(services),
                .. comparison.Columns.Select(column => HeadlineTables.Cell(comparison.Cell(services, column, table.Stage), table)),
            ]),
            words: 0);
        if (string.Join("; ", HeadlineTables.Baselines(results, comparison, table)) is { Length: > 0 } baselines)
        {
            writer.WriteLine(Markdown.Text(baselines));
            writer.WriteLine();
        }

        if (table.Stage == Stage.RoundTrip && HeadlineTables.UserSpaceWords(comparison) is { } added)
        {
            writer.WriteLine(Markdown.Text(added));
            writer.WriteLine();
        }
    }

    private static void WriteNode(TextWriter writer, ExperimentResults results)
    {
        if (NodeText.Heading(results) is { } heading)
        {
            writer.WriteLine("### The node at each step");
            writer.WriteLine();
            writer.WriteLine(Markdown.Text($"{heading}. s to program: {NodeText.Programming(results)}"));
            writer.WriteLine();
            Markdown.Table(writer, [.. NodeStepTable.Columns], NodeStepTable.Of(results).Rows.Select(row => row.Select(Markdown.Text).ToArray()), words: 0);
        }
    }

    private static void WriteReproduction(TextWriter writer, ExperimentSpec spec)
    {
        string? command = Reproduction.Command(spec);
        writer.WriteLine(command is null ? $"As `experiment.yaml`, with `{Reproduction.FileCommand(spec)}`:" : "The same seed gives the same plan.");
        writer.WriteLine();
        writer.WriteLine(command is null ? "```yaml" : "```sh");
        writer.WriteLine(command ?? Reproduction.Yaml(spec));
        writer.WriteLine("```");
        writer.WriteLine();
    }
}
