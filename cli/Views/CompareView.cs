using Plumbline.Analysis;
using Plumbline.Analysis.Comparisons;
using Plumbline.Contracts;
using Plumbline.Reports;
using Plumbline.Reports.Comparisons;
using Plumbline.Reports.Texts;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>Compares two experiments on the terminal: different conditions, every cell, and the verdict.</summary>
internal static class CompareView
{
    public static void Write(IAnsiConsole console, ExperimentComparison comparison, IReadOnlyList<Threshold> thresholds)
    {
        foreach (string experiment in ComparisonText.Experiments(comparison))
        {
            console.WriteLine(experiment);
        }

        console.WriteLine();
        WriteConditions(console, ExperimentConditions.Differences(comparison));
        foreach (IGrouping<(Stage Stage, DataPlane DataPlane), CellComparison> cells in comparison.Cells.GroupBy(
            each => (each.Stage, each.Cell.DataPlane)))
        {
            console.WriteLine(
                $"{cells.Key.Stage.WireName()}, {cells.Key.DataPlane.WireName()}: µs, means over builds with 95 % "
                + "intervals");
            console.Write(Render(cells));
        }

        foreach (string line in (IEnumerable<string>)
        [
            .. ComparisonText.Verdict(comparison),
            .. ComparisonText.Missing(comparison),
            .. thresholds.SelectMany(each => ComparisonText.Of(each, comparison)),
        ])
        {
            console.WriteLine(line);
        }
    }

    private static void WriteConditions(IAnsiConsole console, IReadOnlyList<ConditionDifference> conditions)
    {
        if (conditions.Count == 0)
        {
            console.WriteLine("The conditions are the same.");
            console.WriteLine();
            return;
        }

        console.WriteLine("Different conditions:");
        Table table = new Table().Border(TableBorder.Simple).AddColumns("", "A", "B");
        foreach (ConditionDifference each in conditions)
        {
            table.AddRow(new Text(each.Name), new Text(each.A), new Text(each.B));
        }

        console.Write(table);
    }

    private static Table Render(IEnumerable<CellComparison> cells)
    {
        Table table = new Table().Border(TableBorder.Simple)
            .AddColumn("position")
            .AddColumn(new TableColumn("Services").RightAligned())
            .AddColumn("");
        foreach (string title in (string[])["A", "B", "B − A", "B / A"])
        {
            table.AddColumn(new TableColumn(title).RightAligned());
        }

        table.AddColumn("B is");
        foreach (TableColumn column in table.Columns)
        {
            column.Padding(0, 2).NoWrap();
        }

        foreach (CellComparison cell in cells)
        {
            foreach (StatisticComparison each in ComparisonText.Shown(cell))
            {
                Style style = each.IsReal ? new Style(each.Ratio.Value > 1 ? Color.Red : Color.Green) : Style.Plain;
                table.AddRow(((string[])
                [
                    CellText.Column(cell.Cell.Without(Axes.DataPlane)),
                    Figures.Integer(cell.Cell.Services), each.Statistic.Name(),
                    Figures.Microseconds(each.ANs), Figures.Microseconds(each.BNs), ComparisonText.Difference(
                        each.DifferenceNs),
                    ComparisonText.Ratio(each.Ratio), ComparisonText.Judgement(each),
                ]).Select(text => new Text(text, style)));
            }
        }

        return table;
    }
}
