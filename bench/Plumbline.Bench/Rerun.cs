using System.Globalization;
using MathNet.Numerics.Statistics;
using Plumbline.Analysis;
using Plumbline.Analysis.Comparisons;
using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Statistics;
using Plumbline.Store;

namespace Plumbline.Bench;

/// <summary>
/// Whether a figure is a promise about the next run: compares every two experiments of a file, which measured the same
/// thing. bench/rerun measures them.
/// </summary>
internal static class Rerun
{
    /// <summary>The statistics whose comparisons are judged.</summary>
    public static readonly IReadOnlyList<Statistic> Statistics = [Statistic.P50, Statistic.P99];

    private static readonly Threshold s_gate = new(Statistic.P50, 0.05);

    /// <param name="database">A results file with at least two experiments.</param>
    public static void Judge(string database)
    {
        ExperimentResults[] runs = Load(database);
        (ExperimentResults A, ExperimentResults B)[] pairs =
        [
            .. from index in Enumerable.Range(0, runs.Length)
               from other in runs.Skip(index + 1)
               select (runs[index], other),
        ];
        ExperimentComparison[] compared = [.. pairs.Select(pair => ExperimentComparison.Of(pair.A, pair.B))];
        ExperimentComparison[] turned = [.. pairs.Select(pair => ExperimentComparison.Of(pair.B, pair.A))];
        Console.WriteLine($"{runs.Length} runs, {pairs.Length} pairs");
        foreach (Statistic statistic in Statistics)
        {
            StatisticComparison[] all =
            [
                .. compared.SelectMany(each => each.Cells).Select(cell => cell.By(statistic))
                    .OfType<StatisticComparison>(),
            ];
            Print($"{statistic.Name()}: cells called slower or faster", all.Count(each => each.IsReal), all.Length);
            (int held, int promised, double half) = Coverage(runs, statistic);
            Print($"{statistic.Name()}: intervals that hold the mean of the other runs", held, promised);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{statistic.Name()}: median half width of an interval: {half:P1}"));
        }

        ColumnComparison[] columns = [.. compared.SelectMany(each => each.Columns)];
        Print("p50: columns called slower or faster", columns.Count(each => each.P50.IsReal), columns.Length);
        Print(
            $"ordered pairs that exceed {s_gate}",
            compared.Concat(turned).Count(each => s_gate.ExceededIn(each).Count > 0),
            2 * pairs.Length);
    }

    /// <summary>How often one run finds that a list takes five percent longer, and that another does not.</summary>
    /// <param name="database">A results file whose experiments have the sizes of <see cref="PlantedSize"/>.</param>
    public static void JudgePlanted(string database)
    {
        DataPlaneDifference[] all =
        [
            .. from run in Load(database)
               from each in ExperimentAnalysis.Of(PlantedSize.Relabelled(run)).Differences
               where each.Stage == Stage.Prerouting
               select each,
        ];
        DataPlaneDifference[] equal = [.. Against(PlantedSize.EqualOne)];
        DataPlaneDifference[] longer = [.. Against(PlantedSize.LongerOne)];
        Print("runs that call an equal list slower or faster", equal.Count(each => each.IsReal), equal.Length);
        Print(
            "runs that find the longer list",
            longer.Count(each => each.IsReal && each.Slower == PlantedSize.LongerOne),
            longer.Length);
        foreach (DataPlaneDifference each in longer)
        {
            Console.WriteLine($"{each.Slower} takes {Times(each.Ratio)} as long");
        }

        IEnumerable<DataPlaneDifference> Against(DataPlane other) => all.Where(each =>
            (each.Slower, each.Faster) == (other, Planes.IptablesNft)
            || (each.Slower, each.Faster) == (Planes.IptablesNft, other));
    }

    /// <summary>A ratio with its interval.</summary>
    public static string Times(Estimate ratio) => string.Create(
        CultureInfo.InvariantCulture,
        $"{ratio.Value:F3} [{ratio.Interval?.Low:F3}, {ratio.Interval?.High:F3}] times");

    /// <summary>The completed experiments of a results file, oldest first.</summary>
    public static ExperimentResults[] Load(string database)
    {
        using ResultsStore store = ResultsStore.OpenExisting(database);
        return
        [
            .. store.ListExperiments().Where(each => each.State == RecordedState.Completed)
                .OrderBy(each => each.StartedAt).Select(each => store.Load(each.ExperimentId)),
        ];
    }

    /// <summary>How many intervals of single runs contain the mean of all other runs' figures.</summary>
    private static (int Held, int Promised, double MedianHalf) Coverage(ExperimentResults[] runs, Statistic statistic)
    {
        CellEstimate[][] cells =
        [
            .. runs.Select(run => ExperimentAnalysis.Of(run).Cells
                .Where(cell => cell.Statistic == statistic && Headlines.MeasureStages.Contains(cell.Stage)).ToArray()),
        ];
        (bool Held, double Half)[] promises =
        [
            .. from run in Enumerable.Range(0, runs.Length)
               from cell in cells[run]
               where cell.Ns.Interval is not null
               let others = cells.Where((_, index) => index != run)
                   .SelectMany(each => each.Where(other => other.Cell == cell.Cell && other.Stage == cell.Stage))
                   .Select(other => other.Ns.Value).ToArray()
               where others.Length > 0
               select (
                   cell.Ns.Interval!.Contains(Math.Exp(others.Average(Math.Log))),
                   (cell.Ns.Interval.High / cell.Ns.Value) - 1),
        ];
        return (
            promises.Count(each => each.Held), promises.Length, promises.Select(each => each.Half).Median());
    }

    private static void Print(string what, int count, int of) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {count} of {of} ({100.0 * count / Math.Max(1, of):F1} %)"));
}
