using Plumbline.Reports.Tables;
using Plumbline.Reports.Texts;
using Plumbline.Store;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>The cluster's node that figures are of; nothing for a lab.</summary>
internal static class NodeTable
{
    /// <summary>Which it is, and what does not fit together there.</summary>
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

    /// <summary>Its rules, and how long they took to be there, at each step.</summary>
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
