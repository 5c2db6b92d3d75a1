using Plumbline.Contracts;
using Plumbline.Results;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>
/// The comparison on the terminal, a table for each probe: what a first packet spends in PREROUTING, where kube-proxy's rules
/// are; the round trip of a probe; and a request at application level. One row for each number of Services, one column for
/// each data plane × position, medians across trials in µs.
/// </summary>
internal static class ComparisonView
{
    private const int CellWidth = 17;

    public static void Write(IAnsiConsole console, ExperimentResults results)
    {
        ComparisonTable table = ComparisonTable.Of(results);
        console.WriteLine();
        if (table.Probes.Contains(ProbeKind.OneWay))
        {
            WriteStage(
                console, table, Stage.Prerouting, Statistic.P99,
                "First packets to a Service: µs in PREROUTING (conntrack and Service rules), p50 / p99, median across trials");
        }

        if (table.Probes.Contains(ProbeKind.RoundTrip))
        {
            WriteStage(
                console, table, Stage.RoundTrip, Statistic.P99,
                "Round trip of a first packet's probe: µs from device to device by kernel timestamps, p50 / p99, median across trials");
            if (table.UserSpaceAddsNs() is { } ns)
            {
                console.WriteLine($"By user-space timestamps round trips are {Figures.Microseconds(ns)} µs longer (median of the cells' difference of p50).");
                console.WriteLine();
            }
        }

        // The endpoint's own time is in the total; the HTML report has it apart.
        foreach (Stage stage in table.Stages(ProbeKind.Grpc).Where(stage => stage != Stage.GrpcWorker))
        {
            WriteStage(console, table, stage, Statistic.P90, $"Application level (gRPC): {What(stage)}, µs, p50 / p90, median across trials");
        }

        WriteCrossCheck(console, CrossCheck.Of(results));
        ComparisonNotes.Write(console, results, table);
        console.WriteLine();
    }

    private static string What(Stage stage) => stage switch
    {
        Stage.GrpcConnect => "opening the connection",
        Stage.GrpcRequest => "the request on the open connection, without the endpoint's own time",
        Stage.GrpcTotal => "all of it, from the time the request was due",
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
    };

    private static void WriteStage(IAnsiConsole console, ComparisonTable table, Stage stage, Statistic high, string title)
    {
        console.WriteLine(title);
        bool fits = console.Profile.Width >= 12 + (table.Columns.Count * CellWidth);
        IEnumerable<IEnumerable<ComparisonColumn>> tables = fits
            ? [table.Columns]
            : table.Columns.GroupBy(column => column.DataPlane);
        foreach (IEnumerable<ComparisonColumn> columns in tables)
        {
            console.Write(Render(table, [.. columns], stage, high));
        }

        foreach (BaselineArm arm in table.Baselines.Where(arm => arm.Cell.Stage == stage))
        {
            console.WriteLine($"no rules, {arm.Arm.ToString().ToLowerInvariant()} arm: {Two(arm.Cell, high)} µs");
        }

        console.WriteLine();
    }

    private static Table Render(ComparisonTable table, IReadOnlyList<ComparisonColumn> columns, Stage stage, Statistic high)
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
                Figures.Integer(services),
                .. columns.Select(column => table.Cell(services, column, stage) is { } cell ? Two(cell, high) : Figures.Unknown),
            ]);
        }

        return rendered;
    }

    private static void WriteCrossCheck(IAnsiConsole console, CrossCheck check)
    {
        const int mostNamed = 5;
        if (CrossCheckWords.Summary(check) is not { } summary)
        {
            return;
        }

        console.WriteLine($"Cross-check: {summary}");
        CrossCheckPair[] flagged = [.. check.Pairs.Where(pair => pair.Flagged).OrderByDescending(pair => pair.ExcludesOne)];
        foreach (CrossCheckPair pair in flagged.Take(mostNamed))
        {
            console.WriteLine($"  {CrossCheckWords.Pair(pair)}");
        }

        if (flagged.Length > mostNamed)
        {
            console.WriteLine($"  and {Figures.Integer(flagged.Length - mostNamed)} more, in the HTML report");
        }

        console.WriteLine();
    }

    private static string Two(ComparisonCell cell, Statistic high) => $"{Figures.Microseconds(cell.P50)} / {Figures.Microseconds(cell.Of(high))}";
}
