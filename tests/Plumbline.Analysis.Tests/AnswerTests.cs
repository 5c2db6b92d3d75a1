using Plumbline.Analysis.Tables;
using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Analysis.Tests;

/// <summary>Round trips and requests in the comparison.</summary>
public sealed class AnswerTests : IDisposable
{
    private static readonly Cell s_column = Cell.Empty.With(Planes.IptablesNft).With(Position.Last);

    private readonly ResultsFile _file = new();

    private readonly Messages _messages =
        new() { Spec = new ExperimentSpec { Measure = ["one-way", "rtt", "grpc"], KeepRaw = true, WorkUs = 40 } };

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_cells_attempts_are_those_of_its_stages_measure()
    {
        ComparisonTable table = ComparisonTable.Of(Recorded(
            _messages.Trial(1, 0, Planes.IptablesNft, 100, Position.Last, Enumerable.Repeat(100L, 200)),
            _messages.RoundTrip(1, 1, Planes.IptablesNft, 100, Position.Last, [], 1, TrialFlag.ConntrackFull),
            _messages.RoundTrip(1, 1, Planes.IptablesNft, 100, Position.Last, Enumerable.Repeat(250L, 30), attempt: 2),
            _messages.RoundTrip(1, 2, Planes.IptablesNft, 100, Position.Last, Enumerable.Repeat(240L, 30)),
            _messages.Grpc(1, 3, Planes.IptablesNft, 100, Position.Last, [], 3, TrialFlag.RequestsFailed)));

        Assert.Equal((1, 200L, 0, 0), Counts(Stage.Total));
        Assert.Equal((2, 60L, 1, 0), Counts(Stage.RoundTrip));
        Assert.Equal((2, 60L, 1, 0), Counts(Stage.RoundTripUserSpace));
        Assert.Equal((0, 0L, 1, 1), Counts(Stage.GrpcTotal));
        Assert.Equal(new AcrossBuilds(1, 2, 245, 240, 250), table.Cell(100, s_column, Stage.RoundTrip)!.P50);
        Assert.Equal([Measure.OneWay, Measure.RoundTrip, Measure.Grpc], table.Measures);

        (int, long, int, int) Counts(Stage stage)
        {
            ComparisonCell cell = table.Cell(100, s_column, stage)!;
            Assert.Equal(stage.Measure, cell.Measure);
            return (cell.Trials, cell.Samples, cell.FlaggedAttempts, cell.GivenUpTrials);
        }
    }

    [Fact]
    public void A_cell_whose_attempts_were_all_flagged_before_they_measured_is_there_without_figures()
    {
        ComparisonTable table = ComparisonTable.Of(Recorded(
            _messages.RoundTrip(1, 0, Planes.IptablesNft, 100, Position.Last, [], 1, TrialFlag.ConntrackFull),
            _messages.RoundTrip(1, 0, Planes.IptablesNft, 100, Position.Last, [], 2, TrialFlag.ConntrackFull)));

        ComparisonCell cell = table.Cell(100, s_column, Stage.RoundTrip)!;
        Assert.Equal((0, 2, (AcrossBuilds?)null), (cell.Trials, cell.FlaggedAttempts, cell.P50));
        Assert.Null(table.Cell(100, s_column, Stage.Total));
        Assert.Null(table.UserSpaceAddsNs());
    }

    [Fact]
    public void Every_measure_has_both_baseline_arms()
    {
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, _messages with { Spec = new ExperimentSpec() }, builds: 1);
        ComparisonTable table = ComparisonTable.Of(store.Load(_messages.ExperimentId));

        Assert.All(Stage.All.Where(stage => stage != Stage.RuleFunctions), stage =>
        {
            Assert.NotNull(table.Baseline(Arm.First, stage)?.P50);
            Assert.NotNull(table.Baseline(Arm.Last, stage)?.P50);
            Assert.NotNull(table.BaselineDrift(stage));
        });
        Assert.InRange(table.UserSpaceAddsNs()!.Value, 8_500, 9_500);
    }

    private ExperimentResults Recorded(params TrialMeasured[] trials)
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Started());
        Array.ForEach(trials, trial => store.RecordTrial(trial));
        return store.Load(_messages.ExperimentId);
    }
}
