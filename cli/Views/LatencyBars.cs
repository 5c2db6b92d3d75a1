using Plumbline.Analysis;
using Plumbline.Analysis.Tables;
using Plumbline.Contracts;
using Plumbline.Reports;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>Draws the p50 of one position at each number of Services as bars of text, on a log scale.</summary>
internal static class LatencyBars
{
    private const int LongestBar = 50;

    /// <summary>The bar of the lowest figure. Long enough to see.</summary>
    private const int ShortestBar = 2;

    /// <summary>Writes nothing when there is only one number of Services.</summary>
    public static void Write(IAnsiConsole console, ComparisonTable table)
    {
        Stage stage = Headlines.RuleStages.FirstOrDefault(
            each => table.Cells.Any(cell => cell.Stage == each && cell.P50 is not null), Stage.RoundTrip);
        ComparisonCell[] cells =
        [
            .. Headlines.Positions
                .Select(each => Cells(table, stage, each.Position))
                .FirstOrDefault(found => found.Length > 0) ?? [],
        ];
        if (cells.Select(cell => cell.Cell.Services).Distinct().Count() < 2)
        {
            return;
        }

        char block = console.Profile.Capabilities.Unicode ? '█' : '#';
        (double least, double most) = (cells.Min(cell => cell.P50!.Ns), cells.Max(cell => cell.P50!.Ns));
        console.WriteLine(
            $"p50 of {stage.WireName()} at position {cells[0].Cell.Position.WireName()}, µs (bars on a log scale):");
        string named = "";
        foreach (ComparisonCell cell in cells)
        {
            string column = CellText.Column(cell.Cell.Without(Axes.Position));
            string bar = new(block, Length(cell.P50!.Ns, least, most));
            string services = Figures.Integer(cell.Cell.Services);
            console.WriteLine(
                $"  {(column == named ? "" : column),-16}{services,8}  {bar} {Figures.Microseconds(cell.P50)}");
            named = column;
        }

        console.WriteLine();
    }

    private static ComparisonCell[] Cells(ComparisonTable table, Stage stage, Position position) =>
    [
        .. table.Cells.Where(
            cell => cell.Stage == stage && cell.Cell.Position == position && cell.P50 is { Ns: > 0 })
            .OrderBy(cell => cell.Cell.Without(Axes.Services)).ThenBy(cell => cell.Cell.Services),
    ];

    private static int Length(double ns, double least, double most) => most <= least
        ? ShortestBar
        : ShortestBar + (int)Math.Round((LongestBar - ShortestBar) * Math.Log(ns / least) / Math.Log(most / least));
}
