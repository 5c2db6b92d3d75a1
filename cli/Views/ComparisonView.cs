using Plumbline.Analysis;
using Plumbline.Analysis.CrossChecks;
using Plumbline.Analysis.Tables;
using Plumbline.Contracts;
using Plumbline.Reports;
using Plumbline.Reports.Tables;
using Plumbline.Reports.Texts;
using Plumbline.Store;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>
/// The comparison on the terminal: the verdict, then tables for each measure. A table has one row for each number of
/// Services and one column for each data plane and position, with means over builds in µs.
/// </summary>
internal static class ComparisonView
{
    private const int CellWidth = 17;

    public static void Write(IAnsiConsole console, ExperimentResults results)
    {
        ComparisonTable comparison = ComparisonTable.Of(results);
        console.WriteLine();
        NodeTable.WriteHeading(console, results);
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
        NodeTable.WriteSteps(console, results);
        ComparisonNotes.Write(console, results, comparison);
        console.WriteLine();
    }

    private static void WriteVerdict(IAnsiConsole console, ExperimentResults results, ComparisonTable comparison)
    {
        IReadOnlyList<string> verdict = VerdictText.Of(ExperimentAnalysis.Of(results));
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

    private static void WriteTable(
        IAnsiConsole console, ExperimentResults results, ComparisonTable comparison, HeadlineTable table)
    {
        console.WriteLine(table.Title);
        bool fits = console.Profile.Width >= 12 + (comparison.Columns.Count * CellWidth);
        IEnumerable<IEnumerable<Cell>> tables = fits
            ? [comparison.Columns]
            : comparison.Columns.GroupBy(column => column.DataPlane);
        foreach (IEnumerable<Cell> columns in tables)
        {
            console.Write(Render(comparison, [.. columns], table));
        }

        foreach (string baseline in HeadlineTables.Baselines(results, comparison, table))
        {
            console.WriteLine(baseline);
        }

        console.WriteLine();
    }

    private static Table Render(ComparisonTable comparison, IReadOnlyList<Cell> columns, HeadlineTable table)
    {
        Table rendered = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("Services").RightAligned());
        foreach (Cell column in columns)
        {
            rendered.AddColumn(new TableColumn(Heading(column)).RightAligned());
        }

        foreach (int services in comparison.Rows)
        {
            rendered.AddRow(
            [
                Figures.Integer(services),
                .. columns.Select(column => HeadlineTables.Cell(
                    comparison.Cell(services, column, table.Stage), table)),
            ]);
        }

        return rendered;
    }

    /// <summary>The data plane above all else that distinguishes the column.</summary>
    private static string Heading(Cell column) =>
        $"{column.DataPlane.Name}\n{CellText.Column(column.Without(Axes.DataPlane))}";

    private static void WriteCrossCheck(IAnsiConsole console, CrossCheck check)
    {
        const int mostNamed = 5;
        if (CrossCheckText.Summary(check) is not { } summary)
        {
            return;
        }

        console.WriteLine($"Cross-check: {summary}");
        CrossCheckPair[] flagged =
            [.. check.Pairs.Where(pair => pair.Flagged).OrderByDescending(pair => pair.ExcludesOne)];
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
