using Plumbline.Contracts;
using Plumbline.Results;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>
/// The comparison on the terminal: what was found, then a table for each probe: what a first packet spends in PREROUTING, where
/// kube-proxy's rules are; the round trip of a probe; and a request at application level. One row for each number of Services,
/// one column for each data plane × position, medians across trials in µs.
/// </summary>
internal static class ComparisonView
{
    private const int CellWidth = 17;

    public static void Write(IAnsiConsole console, ExperimentResults results)
    {
        ComparisonTable comparison = ComparisonTable.Of(results);
        console.WriteLine();
        NodeView.WriteHeading(console, results);
        WriteVerdict(console, results, comparison);
        foreach (HeadlineTable table in HeadlineTables.Of(comparison))
        {
            WriteTable(console, results, comparison, table);
            if (table.Stage == Stage.RoundTrip && HeadlineTables.UserSpaceWords(comparison) is { } words)
            {
                console.WriteLine(words);
                console.WriteLine();
            }
        }

        FunctionCallView.Write(console, results);
        WriteCrossCheck(console, CrossCheck.Of(results));
        NodeView.WriteSteps(console, results);
        ComparisonNotes.Write(console, results, comparison);
        console.WriteLine();
    }

    private static void WriteVerdict(IAnsiConsole console, ExperimentResults results, ComparisonTable comparison)
    {
        IReadOnlyList<string> verdict = Verdict.Of(ExperimentAnalysis.Of(results));
        foreach (string sentence in verdict)
        {
            console.WriteLine(sentence);
        }

        if (verdict.Count > 0)
        {
            console.WriteLine();
        }

        LatencyBars.Write(console, comparison);
    }

    private static void WriteTable(IAnsiConsole console, ExperimentResults results, ComparisonTable comparison, HeadlineTable table)
    {
        console.WriteLine(table.Title);
        bool fits = console.Profile.Width >= 12 + (comparison.Columns.Count * CellWidth);
        IEnumerable<IEnumerable<ComparisonColumn>> tables = fits
            ? [comparison.Columns]
            : comparison.Columns.GroupBy(column => column.DataPlane);
        foreach (IEnumerable<ComparisonColumn> columns in tables)
        {
            console.Write(Render(comparison, [.. columns], table));
        }

        foreach (string baseline in HeadlineTables.Baselines(results, comparison, table))
        {
            console.WriteLine(baseline);
        }

        console.WriteLine();
    }

    private static Table Render(ComparisonTable comparison, IReadOnlyList<ComparisonColumn> columns, HeadlineTable table)
    {
        Table rendered = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("Services").RightAligned());
        foreach (ComparisonColumn column in columns)
        {
            rendered.AddColumn(new TableColumn($"{column.DataPlane.WireName()}\n{column.Position.WireName()}").RightAligned());
        }

        foreach (int services in comparison.Rows)
        {
            rendered.AddRow(
                [Figures.Integer(services), .. columns.Select(column => HeadlineTables.Cell(comparison.Cell(services, column, table.Stage), table))]);
        }

        return rendered;
    }

    private static void WriteCrossCheck(IAnsiConsole console, CrossCheck check)
    {
        const int mostNamed = 5;
        if (CrossCheckText.Summary(check) is not { } summary)
        {
            return;
        }

        console.WriteLine($"Cross-check: {summary}");
        CrossCheckPair[] flagged = [.. check.Pairs.Where(pair => pair.Flagged).OrderByDescending(pair => pair.ExcludesOne)];
        foreach (CrossCheckPair pair in flagged.Take(mostNamed))
        {
            console.WriteLine($"  {CrossCheckText.Pair(pair)}");
        }

        if (flagged.Length > mostNamed)
        {
            console.WriteLine($"  and {Figures.Integer(flagged.Length - mostNamed)} more, in the HTML report");
        }

        console.WriteLine();
    }
}
