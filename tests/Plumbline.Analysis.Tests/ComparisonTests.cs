using Plumbline.Analysis.Tables;
using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Analysis.Tests;

public sealed class ComparisonTests : IDisposable
{
    private static readonly Cell s_column = Cell.Empty.With(Planes.IptablesNft).With(Position.Last);

    private readonly ResultsFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_cell_has_the_median_of_a_builds_trials_and_their_spread()
    {
        // 200 equal values below 256 ns lie in buckets of their own, so each trial's percentiles are exactly its value.
        ComparisonTable table = Table((0, 100, 1, []), (1, 130, 1, []), (2, 110, 1, []));

        ComparisonCell cell = table.Cell(100, s_column, Stage.Prerouting)!;
        Assert.Equal(new AcrossBuilds(1, 3, 110, 100, 130), cell.P50);
        Assert.Equal(new AcrossBuilds(1, 3, 110, 100, 130), cell.Of(Statistic.P95));
        Assert.Equal(new AcrossBuilds(1, 3, 110, 100, 130), cell.Of(Statistic.Mean));
        Assert.Null(cell.Of(Statistic.P99));
        Assert.Equal((3, 600L, 0, 0), (cell.Trials, cell.Samples, cell.FlaggedAttempts, cell.GivenUpTrials));
    }

    [Fact]
    public void Flagged_attempts_are_counted_and_never_averaged_in()
    {
        ComparisonTable table = Table(
            (0, 100, 1, []),
            (1, 200, 1, [TrialFlag.RulesMoved]), (1, 104, 2, []),
            (2, 250, 1, [TrialFlag.PacketsLost]),
            (2, 250, 2, [TrialFlag.PacketsLost]),
            (2, 250, 3, [TrialFlag.PacketsLost]));

        ComparisonCell cell = table.Cell(100, s_column, Stage.Prerouting)!;
        Assert.Equal(new AcrossBuilds(1, 2, 102, 100, 104), cell.P50);
        Assert.Equal((2, 400L, 4, 1), (cell.Trials, cell.Samples, cell.FlaggedAttempts, cell.GivenUpTrials));
    }

    [Fact]
    public void A_cell_with_flagged_attempts_alone_is_there_without_figures()
    {
        ComparisonCell cell = Table((0, 100, 1, [TrialFlag.PacketsLost])).Cell(100, s_column, Stage.Prerouting)!;

        Assert.Equal((0, 0L, 1, 0), (cell.Trials, cell.Samples, cell.FlaggedAttempts, cell.GivenUpTrials));
        Assert.All(Enum.GetValues<Statistic>(), statistic => Assert.Null(cell.Of(statistic)));
    }

    [Fact]
    public void Rows_and_columns_are_in_order_and_the_baseline_is_apart()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, messages);
        ComparisonTable table = ComparisonTable.Of(store.Load(messages.ExperimentId));

        Assert.Equal([100, 1_000, 10_000], table.Rows);
        Assert.Equal(9, table.Columns.Count);
        Assert.Equal(Cell.Empty.With(Planes.IptablesLegacy).With(Position.First), table.Columns[0]);
        Assert.Equal(Cell.Empty.With(Planes.Nftables).With(Position.Random), table.Columns[^1]);
        Assert.DoesNotContain(table.Cells, cell => cell.Cell.IsBaseline);
        Assert.Equal((0, 10), (table.Baselines[0].Step, table.Baselines[^1].Step));
        AcrossBuilds first = table.Baseline(Arm.First, Stage.Prerouting)!.P50!;
        AcrossBuilds last = table.Baseline(Arm.Last, Stage.Prerouting)!.P50!;
        Assert.Equal(last.Ns / first.Ns - 1, table.BaselineDrift(Stage.Prerouting)!.Value, 1e-9);
    }

    [Fact]
    public void An_experiment_cut_short_has_a_first_baseline_arm_and_no_drift()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        store.RecordTrial(messages.Trial(0, 0, DataPlane.NoRules, 0, Position.None, Messages.Around(400)));
        ComparisonTable table = ComparisonTable.Of(store.Load(messages.ExperimentId));

        Assert.NotNull(table.Baseline(Arm.First, Stage.Prerouting));
        Assert.Null(table.Baseline(Arm.Last, Stage.Prerouting));
        Assert.Null(table.BaselineDrift(Stage.Prerouting));
        Assert.Empty(table.Rows);
    }

    private ComparisonTable Table(params (int Trial, long Ns, int Attempt, TrialFlag[] Flags)[] attempts)
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        foreach ((int trial, long ns, int attempt, TrialFlag[] flags) in attempts)
        {
            store.RecordTrial(messages.Trial(
                1, trial, s_column.DataPlane, 100, s_column.Position, Enumerable.Repeat(ns, 200), attempt, flags));
        }

        return ComparisonTable.Of(store.Load(messages.ExperimentId));
    }
}
