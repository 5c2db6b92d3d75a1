using Plumbline.Contracts;
using Xunit;

namespace Plumbline.Results.Tests;

/// <summary>Round trips and requests in the database, in the comparison, and in the files for programs.</summary>
public sealed class AnswerTests : IDisposable
{
    private static readonly ComparisonColumn s_column = new(DataPlane.IptablesNft, Position.Last);

    private readonly ResultsFile _file = new();

    private readonly Messages _messages = new() { Spec = new ExperimentSpec { Measure = ["one-way", "rtt", "grpc"], KeepRaw = true, WorkUs = 40 } };

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Round_trips_and_requests_are_loaded_as_they_were_recorded()
    {
        TrialMeasured[] trials =
        [
            _messages.RoundTrip(0, 0, DataPlane.NoRules, 0, Position.None, Messages.Around(20_000)),
            _messages.RoundTrip(1, 1, DataPlane.IptablesNft, 100, Position.Last, Messages.Around(20_000), 2, TrialFlag.DuplicateAnswers, TrialFlag.UntimedAnswers),
            _messages.Grpc(1, 2, DataPlane.IptablesNft, 100, Position.Last, Messages.Around(250_000), 1, TrialFlag.RequestsFailed),
            _messages.Trial(1, 3, DataPlane.IptablesNft, 100, Position.Last, Messages.Around(2_000)),
        ];

        ExperimentResults results = Recorded(trials);

        Assert.Equal(_messages.Spec.Measure, results.Summary.Spec.Measure);
        Assert.Equal(trials.Length, results.Attempts.Count);
        Assert.All(trials.Zip(results.Attempts), each =>
        {
            (TrialMeasured trial, AttemptResult attempt) = each;
            Assert.Equal(trial.Trial, attempt.Trial);
            Assert.Equal(trial.Conditions, attempt.Conditions);
            Assert.Equal(trial.Counts.Answers, attempt.Counts.Answers);
            Assert.Equivalent(trial.Counts, attempt.Counts, strict: true);
            Assert.Equal(trial.Flags, attempt.Flags);
            Assert.Equal(trial.Histograms.Select(histogram => (histogram.Stage, histogram.Count, histogram.SumNs)),
                attempt.Latencies.Select(latency => (latency.Stage, latency.Count, latency.SumNs)));
        });
    }

    [Fact]
    public void Kept_latencies_are_loaded_in_the_order_of_sending_and_written_as_text()
    {
        long[] values = [30_000, 10_000, 20_000, 10_000];
        TrialMeasured kept = _messages.RoundTrip(3, 17, DataPlane.Nftables, 10_000, Position.Last, values, 1, TrialFlag.PacketsLost);
        TrialMeasured notKept = (_messages with { Spec = new ExperimentSpec() }).RoundTrip(3, 18, DataPlane.Nftables, 10_000, Position.First, values);
        ExperimentResults results = Recorded(kept, notKept);
        using ResultsStore store = ResultsStore.OpenExisting(_file.Path);

        RawLatencies[] raw = [.. store.LoadRaw(results)];
        string folder = Path.Combine(Path.GetDirectoryName(_file.Path)!, "raw");
        IReadOnlyList<string> paths = RawExport.Write(store, results, folder);

        Assert.Equal([Stage.RoundTrip, Stage.RoundTripUserSpace], raw.Select(each => each.Stage));
        Assert.Equal(values, raw[0].ValuesNs);
        Assert.Equal(kept.Trial, raw[0].Trial);
        Assert.Equal(
            ["step03-trial017-attempt1-nftables-10000-last-round-trip.txt", "step03-trial017-attempt1-nftables-10000-last-round-trip-user-space.txt"],
            paths.Select(Path.GetFileName));
        Assert.Equal("30000\n10000\n20000\n10000\n", File.ReadAllText(paths[0]));
        Assert.Equal(paths.Order(), Directory.GetFiles(folder).Order());
    }

    [Fact]
    public void Nothing_is_written_where_no_latencies_were_kept()
    {
        ExperimentResults results = Recorded(_messages.Trial(1, 0, DataPlane.Nftables, 100, Position.Last, Messages.Around(2_000)));
        using ResultsStore store = ResultsStore.OpenExisting(_file.Path);
        string folder = Path.Combine(Path.GetDirectoryName(_file.Path)!, "raw");

        Assert.Empty(RawExport.Write(store, results, folder));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void Kept_latencies_that_are_not_as_many_as_were_counted_are_refused()
    {
        TrialMeasured trial = _messages.RoundTrip(1, 0, DataPlane.Nftables, 100, Position.Last, Messages.Around(20_000));
        NamedHistogram wrong = trial.Histograms[0] with { RawNs = [1_000] };
        using ResultsStore store = _file.Open();

        ArgumentException exception = Assert.Throws<ArgumentException>(() => store.RecordTrial(trial with { Histograms = [wrong] }));
        Assert.Contains("1 latencies were kept, but 2000 were counted", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, _file.Scalar<long>("SELECT COUNT(*) FROM trial"));
    }

    [Fact]
    public void A_cells_attempts_are_those_of_its_stages_probe()
    {
        ComparisonTable table = ComparisonTable.Of(Recorded(
            _messages.Trial(1, 0, DataPlane.IptablesNft, 100, Position.Last, Enumerable.Repeat(100L, 200)),
            _messages.RoundTrip(1, 1, DataPlane.IptablesNft, 100, Position.Last, [], 1, TrialFlag.ConntrackFull),
            _messages.RoundTrip(1, 1, DataPlane.IptablesNft, 100, Position.Last, Enumerable.Repeat(250L, 30), attempt: 2),
            _messages.RoundTrip(1, 2, DataPlane.IptablesNft, 100, Position.Last, Enumerable.Repeat(240L, 30)),
            _messages.Grpc(1, 3, DataPlane.IptablesNft, 100, Position.Last, [], 3, TrialFlag.RequestsFailed)));

        Assert.Equal((1, 200L, 0, 0), Counts(Stage.Total));
        Assert.Equal((2, 60L, 1, 0), Counts(Stage.RoundTrip));
        Assert.Equal((2, 60L, 1, 0), Counts(Stage.RoundTripUserSpace));
        Assert.Equal((0, 0L, 1, 1), Counts(Stage.GrpcTotal));
        Assert.Equal(new AcrossTrials(2, 245, 240, 250), table.Cell(100, s_column, Stage.RoundTrip)!.P50);
        Assert.Equal([Measure.OneWay, Measure.RoundTrip, Measure.Grpc], table.Probes);

        (int, long, int, int) Counts(Stage stage)
        {
            ComparisonCell cell = table.Cell(100, s_column, stage)!;
            Assert.Equal(stage.Measure(), cell.Measure);
            return (cell.Trials, cell.Samples, cell.FlaggedAttempts, cell.GivenUpTrials);
        }
    }

    [Fact]
    public void A_cell_whose_attempts_were_all_flagged_before_they_measured_is_there_without_figures()
    {
        ComparisonTable table = ComparisonTable.Of(Recorded(
            _messages.RoundTrip(1, 0, DataPlane.IptablesNft, 100, Position.Last, [], 1, TrialFlag.ConntrackFull),
            _messages.RoundTrip(1, 0, DataPlane.IptablesNft, 100, Position.Last, [], 2, TrialFlag.ConntrackFull)));

        ComparisonCell cell = table.Cell(100, s_column, Stage.RoundTrip)!;
        Assert.Equal((0, 2, (AcrossTrials?)null), (cell.Trials, cell.FlaggedAttempts, cell.P50));
        Assert.Null(table.Cell(100, s_column, Stage.Total));
        Assert.Null(table.UserSpaceAddsNs());
    }

    [Fact]
    public void Every_probe_has_both_baseline_arms()
    {
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, _messages with { Spec = new ExperimentSpec() }, trials: 1);
        ComparisonTable table = ComparisonTable.Of(store.Load(_messages.ExperimentId));

        Assert.All(Enum.GetValues<Stage>().Where(stage => stage != Stage.RuleFunctions), stage =>
        {
            Assert.NotNull(table.Baseline(Arm.First, stage)?.P50);
            Assert.NotNull(table.Baseline(Arm.Last, stage)?.P50);
            Assert.NotNull(table.BaselineDrift(stage));
        });
        Assert.InRange(table.UserSpaceAddsNs()!.Value, 8_500, 9_500);
    }

    [Fact]
    public void Every_stage_is_of_one_probe() =>
        Assert.Equal(Enum.GetValues<Stage>().Order(), Enum.GetValues<Measure>().SelectMany(probe => probe.Stages()).Order());

    private ExperimentResults Recorded(params TrialMeasured[] trials)
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Started());
        Array.ForEach(trials, trial => store.RecordTrial(trial));
        return store.Load(_messages.ExperimentId);
    }
}
