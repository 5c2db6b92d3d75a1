using MathNet.Numerics.Statistics;
using Plumbline.Contracts;
using Plumbline.Statistics;

namespace Plumbline.Results;

/// <summary>Finds the cells of two experiments and holds them against each other.</summary>
internal static class ComparisonOfExperiments
{
    public static ExperimentComparison Build(ExperimentResults a, ExperimentResults b, IReadOnlyCollection<Stage> stages)
    {
        int seed = (int)a.Summary.Spec.Seed;
        Dictionary<ComparedCell, StageLatency[]> cellsA = Cells(a, stages);
        Dictionary<ComparedCell, StageLatency[]> cellsB = Cells(b, stages);
        return new ExperimentComparison
        {
            A = a.Summary,
            B = b.Summary,
            NodeOfA = a.Node,
            NodeOfB = b.Node,
            Conditions = ExperimentConditions.Differences(a, b),
            Cells = [.. Ordered(cellsA.Keys.Intersect(cellsB.Keys)).Select(cell => new CellComparison(cell, [.. Compare(cell)]))],
            OnlyInA = [.. Ordered(cellsA.Keys.Except(cellsB.Keys))],
            OnlyInB = [.. Ordered(cellsB.Keys.Except(cellsA.Keys))],
        };

        IEnumerable<StatisticComparison> Compare(ComparedCell cell) =>
            from statistic in ExperimentComparison.Statistics
            let ofA = Of(cellsA[cell], statistic)
            let ofB = Of(cellsB[cell], statistic)
            where ofA.Length > 0 && ofB.Length > 0
            select new StatisticComparison(
                statistic, ofA.Median(), ofB.Median(), Bootstrap.DifferenceOfMedians(ofB, ofA, seed), Bootstrap.RatioOfMedians(ofB, ofA, seed));
    }

    private static double[] Of(StageLatency[] trials, Statistic statistic) =>
        [.. trials.Select(latency => latency.Nanoseconds(statistic)).OfType<double>()];

    private static Dictionary<ComparedCell, StageLatency[]> Cells(ExperimentResults results, IReadOnlyCollection<Stage> stages) => (
        from attempt in results.OfOneMachine().AcceptedAttempts()
        let trial = attempt.Trial
        where trial.Cell.DataPlane != DataPlane.NoRules
        from latency in attempt.Latencies
        where latency.Count > 0 && stages.Contains(latency.Stage)
        group latency by new ComparedCell(latency.Stage, trial.Cell.Services, new ComparisonColumn(trial.Cell.DataPlane, trial.Cell.Position)))
        .ToDictionary(cell => cell.Key, cell => cell.ToArray());

    private static IEnumerable<ComparedCell> Ordered(IEnumerable<ComparedCell> cells) =>
        cells.OrderBy(cell => cell.Stage).ThenBy(cell => cell.Column.DataPlane).ThenBy(cell => cell.Column.Position).ThenBy(cell => cell.Services);
}
