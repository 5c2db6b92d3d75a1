using Plumbline.Contracts;
using Plumbline.Results;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>The p50 of one position against the number of Services as bars of text, their length on a log scale.</summary>
internal static class LatencyBars
{
    private const int LongestBar = 50;

    /// <summary>The shortest figure's bar, so that it is one.</summary>
    private const int ShortestBar = 2;

    /// <summary>By how much they tell: what the rules cost most, or what traffic meets.</summary>
    private static readonly Position[] s_positions =
        [Position.Last, Position.Random, Position.P75, Position.Median, Position.P25, Position.First];

    private static readonly Stage[] s_stages = [Stage.Prerouting, Stage.RuleFunctions, Stage.RoundTrip];

    /// <summary>Nothing is written for a single number of Services, where there is nothing to see.</summary>
    public static void Write(IAnsiConsole console, ComparisonTable table)
    {
        Stage stage = s_stages.FirstOrDefault(each => table.Cells.Any(cell => cell.Stage == each && cell.P50 is not null), Stage.RoundTrip);
        ComparisonCell[] cells =
        [
            .. s_positions.Select(position => table.Cells
                    .Where(cell => cell.Stage == stage && cell.Position == position && cell.P50 is { MedianNs: > 0 })
                    .OrderBy(cell => cell.DataPlane).ThenBy(cell => cell.Services).ToArray())
                .FirstOrDefault(found => found.Length > 0) ?? [],
        ];
        if (cells.Select(cell => cell.Services).Distinct().Count() < 2)
        {
            return;
        }

        char block = console.Profile.Capabilities.Unicode ? '█' : '#';
        (double least, double most) = (cells.Min(cell => cell.P50!.MedianNs), cells.Max(cell => cell.P50!.MedianNs));
        console.WriteLine($"p50 of {stage.WireName()} at position {cells[0].Position.WireName()}, µs (bars on a log scale):");
        DataPlane? named = null;
        foreach (ComparisonCell cell in cells)
        {
            string dataPlane = cell.DataPlane == named ? "" : cell.DataPlane.WireName();
            string bar = new(block, Length(cell.P50!.MedianNs, least, most));
            console.WriteLine($"  {dataPlane,-16}{Figures.Integer(cell.Services),8}  {bar} {Figures.Microseconds(cell.P50)}");
            named = cell.DataPlane;
        }

        console.WriteLine();
    }

    private static int Length(double ns, double least, double most) => most <= least
        ? ShortestBar
        : ShortestBar + (int)Math.Round((LongestBar - ShortestBar) * Math.Log(ns / least) / Math.Log(most / least));
}
