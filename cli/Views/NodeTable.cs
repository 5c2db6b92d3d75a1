using Plumbline.Reports.Tables;
using Plumbline.Reports.Texts;
using Plumbline.Store;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>Describes the cluster's node of the figures. Writes nothing for a lab.</summary>
internal static class NodeTable
{
    /// <summary>The node, and contradictions found on it.</summary>
    public static void WriteHeading(IAnsiConsole console, ExperimentResults results)
    {
        if (NodeText.Heading(results) is not { } heading)
        {
            return;
        }

        console.WriteLine(heading);
        foreach (string remark in NodeText.Remarks(results))
        {
            console.WriteLine($"Note: {remark}", new Style(Color.Yellow));
        }

        console.WriteLine();
    }

    /// <summary>The rules at each step, and how long they took to program.</summary>
    public static void WriteSteps(IAnsiConsole console, ExperimentResults results)
    {
        NodeStepTable steps = NodeStepTable.Of(results);
        if (steps.Rows.Count == 0)
        {
            return;
        }

        console.WriteLine("The node at each step");
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string column in NodeStepTable.Columns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (string[] row in steps.Rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        console.Write(table);
        console.WriteLine($"s to program: {NodeText.Programming(results)}");
        console.WriteLine(NodeText.Baseline(results));
        console.WriteLine();
    }
}
