using System.Globalization;
using MathNet.Numerics.Statistics;
using Plumbline.Analysis;
using Plumbline.Analysis.Comparisons;
using Plumbline.Store;

namespace Plumbline.Bench;

/// <summary>
/// Whether a figure is a promise about the next run: compares every two experiments of a folder, which measured the
/// same thing. bench/rerun measures them.
/// </summary>
internal static class Rerun
{
    private static readonly Statistic[] s_statistics = [Statistic.P50, Statistic.P99];

    private static readonly Threshold s_gate = new(Statistic.P50, 0.05);

    /// <param name="database">A results file with at least two experiments.</param>
    public static void Judge(string database)
    {
        using ResultsStore store = ResultsStore.OpenExisting(database);
        ExperimentResults[] runs =
        [
            .. store.ListExperiments().Where(each => each.State == RecordedState.Completed)
                .OrderBy(each => each.StartedAt).Select(each => store.Load(each.ExperimentId)),
        ];
        (ExperimentResults A, ExperimentResults B)[] pairs =
        [
            .. from index in Enumerable.Range(0, runs.Length)
               from other in runs.Skip(index + 1)
               select (runs[index], other),
        ];
        ExperimentComparison[] compared = [.. pairs.Select(pair => ExperimentComparison.Of(pair.A, pair.B))];
        ExperimentComparison[] turned = [.. pairs.Select(pair => ExperimentComparison.Of(pair.B, pair.A))];
        Console.WriteLine($"{runs.Length} runs, {pairs.Length} pairs");
        foreach (Statistic statistic in s_statistics)
        {
            StatisticComparison[] all =
            [
                .. compared.SelectMany(each => each.Cells).Select(cell => cell.By(statistic))
                    .OfType<StatisticComparison>(),
            ];
            Print($"{statistic.Name()}: called slower or faster", all.Count(each => each.IsReal), all.Length);
            (int held, int promised) = Coverage(runs, statistic);
            Print($"{statistic.Name()}: intervals that hold the mean of the other runs", held, promised);
        }

        Print(
            $"ordered pairs that exceed {s_gate}",
            compared.Concat(turned).Count(each => s_gate.ExceededIn(each).Count > 0),
            2 * pairs.Length);
    }

    /// <summary>How many intervals of single runs contain the mean of all other runs' figures.</summary>
    private static (int Held, int Promised) Coverage(ExperimentResults[] runs, Statistic statistic)
    {
        CellEstimate[][] cells =
        [
            .. runs.Select(run => ExperimentAnalysis.Of(run).Cells
                .Where(cell => cell.Statistic == statistic && Headlines.MeasureStages.Contains(cell.Stage)).ToArray()),
        ];
        var promises = (
            from run in Enumerable.Range(0, runs.Length)
            from cell in cells[run]
            where cell.Ns.Interval is not null
            let others = cells.Where((_, index) => index != run)
                .SelectMany(each => each.Where(other => other.Cell == cell.Cell && other.Stage == cell.Stage))
                .Select(other => other.Ns.Value).ToArray()
            where others.Length > 0
            select cell.Ns.Interval!.Contains(others.Mean())).ToArray();
        return (promises.Count(held => held), promises.Length);
    }

    private static void Print(string what, int count, int of) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {count} of {of} ({100.0 * count / Math.Max(1, of):F1} %)"));
}
