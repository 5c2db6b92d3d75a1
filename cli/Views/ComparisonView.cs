using System.Globalization;
using Plumbline.Contracts;
using Plumbline.Results;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>
/// The comparison on the terminal: what a first packet spends in PREROUTING, where kube-proxy's rules are. One row for each
/// number of Services, one column for each data plane × position, p50 / p99 in µs, median across trials.
/// </summary>
internal static class ComparisonView
{
    private const int CellWidth = 17;

    public static void Write(IAnsiConsole console, ExperimentResults results)
    {
        ComparisonTable table = ComparisonTable.Of(results);
        console.WriteLine();
        console.WriteLine("First packets to a Service: µs in PREROUTING (conntrack and Service rules), p50 / p99, median across trials");
        bool fits = console.Profile.Width >= 12 + (table.Columns.Count * CellWidth);
        IEnumerable<IEnumerable<ComparisonColumn>> tables = fits
            ? [table.Columns]
            : table.Columns.GroupBy(column => column.DataPlane);
        foreach (IEnumerable<ComparisonColumn> columns in tables)
        {
            console.Write(Render(table, [.. columns]));
        }

        foreach (BaselineArm arm in table.Baselines.Where(arm => arm.Cell.Stage == Stage.Prerouting))
        {
            console.WriteLine($"no rules, {arm.Arm.ToString().ToLowerInvariant()} arm: {Figures(arm.Cell)} µs");
        }

        WriteHonesty(console, results, table);
        console.WriteLine();
    }

    private static Table Render(ComparisonTable table, IReadOnlyList<ComparisonColumn> columns)
    {
        Table rendered = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("Services").RightAligned());
        foreach (ComparisonColumn column in columns)
        {
            rendered.AddColumn(new TableColumn($"{column.DataPlane.WireName()}\n{column.Position.WireName()}").RightAligned());
        }

        foreach (int services in table.Rows)
        {
            rendered.AddRow(
            [
                services.ToString("N0", CultureInfo.InvariantCulture),
                .. columns.Select(column => table.Cell(services, column, Stage.Prerouting) is { } cell ? Figures(cell) : "–"),
            ]);
        }

        return rendered;
    }

    /// <summary>What was not measured, and what should not be trusted, is said where the figures are.</summary>
    private static void WriteHonesty(IAnsiConsole console, ExperimentResults results, ComparisonTable table)
    {
        if (results.Summary.State != ExperimentState.Completed)
        {
            console.WriteLine($"This experiment is {results.Summary.State.WireName()}: not everything that was planned is here. {results.Summary.Reason}".TrimEnd());
        }

        int flagged = results.FlaggedAttempts().Count();
        int givenUp = results.GivenUpTrials().Count();
        console.WriteLine(flagged == 0
            ? "No trial was flagged."
            : $"{flagged} attempts were flagged and are in no figure; {givenUp} trials stayed so to their last attempt.");
        long samples = table.Cells.Where(cell => cell.Stage == Stage.Prerouting).Sum(cell => cell.Samples);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{samples:N0} first packets measured; seed {results.Summary.Spec.Seed}. The HTML report has the conditions."));
    }

    private static string Figures(ComparisonCell cell) => $"{Microseconds(cell.P50)} / {Microseconds(cell.P99)}";

    private static string Microseconds(AcrossTrials? value) =>
        value is null ? "–" : (value.MedianNs / 1_000).ToString(value.MedianNs < 10_000 ? "F2" : "F1", CultureInfo.InvariantCulture);
}
