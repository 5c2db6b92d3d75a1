using Plumbline.Analysis.Tables;
using Plumbline.Contracts;
using Plumbline.Reports;
using Plumbline.Reports.Texts;
using Plumbline.Store;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>
/// The function probe's figures: a packet's calls and their times at the largest number of Services, then its cost.
/// </summary>
internal static class FunctionCallView
{
    public static void Write(IAnsiConsole console, ExperimentResults results)
    {
        FunctionCallTable calls = FunctionCallTable.Of(results);
        string[] words = [.. FunctionText.CallsPerPacket(calls), .. FunctionText.Of(results)];
        if (words.Length == 0)
        {
            return;
        }

        FunctionCallRow[] rows = [.. calls.Rows.Where(row => !row.Cell.IsBaseline)];
        if (rows.Length > 0)
        {
            int services = rows.Max(row => row.Cell.Services);
            console.WriteLine(
                $"Calls for a first packet at {Figures.Integer(services)} Services: their number, and p50 / p99 of "
                + "each in µs, medians across trials");
            foreach (IGrouping<DataPlane, FunctionCallRow> dataPlane in rows
                .Where(row => row.Cell.Services == services)
                .GroupBy(row => row.Cell.DataPlane))
            {
                console.Write(Render([.. dataPlane]));
            }
        }

        foreach (string sentence in words)
        {
            console.WriteLine(sentence);
        }

        console.WriteLine();
    }

    private static Table Render(FunctionCallRow[] rows)
    {
        Position[] positions = [.. rows.Select(row => row.Cell.Position).Distinct().Order()];
        Table rendered = new Table()
            .Border(TableBorder.Simple)
            .AddColumn(rows[0].Cell.DataPlane.WireName())
            .AddColumn(new TableColumn("calls").RightAligned());
        foreach (Position position in positions)
        {
            rendered.AddColumn(new TableColumn(position.WireName()).RightAligned());
        }

        foreach (IGrouping<RuleChain, FunctionCallRow> call in rows.GroupBy(row => row.Of))
        {
            rendered.AddRow(
            [
                call.Key.ToString(), FunctionText.Counts(call.Select(row => row.CallsPerPacket)),
                .. positions.Select(position => Cell(call.FirstOrDefault(row => row.Cell.Position == position))),
            ]);
        }

        return rendered;
    }

    private static string Cell(FunctionCallRow? row) =>
        row is null ? Figures.Unknown : $"{Figures.Microseconds(row.P50Ns)} / {Figures.Microseconds(row.P99Ns)}";
}
