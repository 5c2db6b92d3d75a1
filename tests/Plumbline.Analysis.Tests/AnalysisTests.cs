using Plumbline.Analysis.Growths;
using Plumbline.Analysis.Tables;
using Plumbline.Contracts;
using Plumbline.Statistics;
using Plumbline.Store;

namespace Plumbline.Analysis.Tests;

public sealed class AnalysisTests : IDisposable
{
    private static readonly Cell s_nftLast = Cell.Empty.With(Planes.IptablesNft).With(Position.Last);

    private readonly Messages _messages = new();

    private readonly ResultsFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void An_experiment_is_analysed_whole()
    {
        ExperimentResults results = Sample();
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(results);

        Assert.Equal(18, analysis.Growths.Count);
        Assert.Equal(2 * 9 * 3, analysis.Differences.Count);
        Assert.Equal(2 * 3 * 3, analysis.PositionEffects.Count);
        Assert.Equal(2 * 9 * 3, analysis.Power.Count);
        Assert.Equal(
            [Stage.Prerouting, Stage.RoundTrip, Stage.GrpcTotal], analysis.Drifts.Select(drift => drift.Stage));
        Assert.Equal(
            [Planes.IptablesLegacy, Planes.IptablesNft, Planes.Nftables],
            analysis.Programming.Select(each => each.Cell.DataPlane));
        Assert.All(analysis.Programming, each => Assert.Equal(1, each.Exponent!.Value, 1e-9));
        Assert.DoesNotContain(analysis.Cells, cell => cell.Cell.IsBaseline);

        // A gRPC trial of 100 requests has a p50 and no p99.
        Assert.Contains(analysis.Cells, cell => cell.Stage == Stage.GrpcTotal && cell.Statistic == Statistic.P50);
        Assert.DoesNotContain(analysis.Cells, cell => cell.Stage == Stage.GrpcTotal && cell.Statistic == Statistic.P99);
    }

    [Fact]
    public void Planted_slopes_are_found_and_where_there_is_none_it_is_constant()
    {
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(Sample(trials: 5));

        Growth nft = Growth(Planes.IptablesNft, Position.Last);
        Assert.Equal(GrowthVerdict.Linear, nft.Verdict);
        Assert.InRange(
            nft.SlopeNsPerService.Value / Growth(Planes.IptablesLegacy, Position.Last).SlopeNsPerService.Value,
            2.7,
            3.1);
        Assert.StartsWith("iptables-nft last: linear, ", nft.Words, StringComparison.Ordinal);
        Assert.Equal((100, 10_000), (nft.FewestServices, nft.MostServices));
        Assert.Equal(GrowthVerdict.Constant, Growth(Planes.Nftables, Position.Last).Verdict);
        Assert.Equal(GrowthVerdict.Constant, Growth(Planes.IptablesNft, Position.First).Verdict);

        Growth Growth(DataPlane dataPlane, Position position) =>
            Assert.Single(
                analysis.Growths,
                growth => growth.Stage == Stage.Prerouting && growth.Cell == Cell.Empty.With(dataPlane).With(position));
    }

    [Fact]
    public void Slower_is_slower_and_a_break_even_is_where_the_lines_are_the_budget_apart()
    {
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(Sample(trials: 5));

        Assert.All(
            analysis.Differences,
            difference => Assert.True(difference is { DifferenceNs.Value: >= 0, Ratio.Value: >= 1 }));
        DataPlaneDifference difference = Assert.Single(analysis.Differences, each =>
            each.Cell == Cell.Empty.With(10_000).With(Position.Last)
            && IsNftOverNftables(each.Stage, each.Slower, each.Faster));
        Assert.True(difference.IsReal);
        Assert.InRange(difference.Ratio.Value, 80, 105);

        BreakEven breakEven = Assert.Single(analysis.BreakEvens, each =>
            each.Cell == Cell.Empty.With(Position.Last) && IsNftOverNftables(each.Stage, each.Slower, each.Faster));
        Growth[] lines = [.. analysis.Growths.Where(
            growth => growth.Stage == Stage.Prerouting && growth.Cell.Position == Position.Last)];
        double apart = lines.Single(line => line.Cell.DataPlane == Planes.IptablesNft) is var slow
            && lines.Single(line => line.Cell.DataPlane == Planes.Nftables) is var fast
            ? slow.InterceptNs - fast.InterceptNs
                + breakEven.Services!.Value * (slow.SlopeNsPerService.Value - fast.SlopeNsPerService.Value)
            : 0;
        Assert.Equal(ExperimentAnalysis.BudgetNs, apart, 1e-3);
        Assert.True(breakEven.Interval!.Contains(breakEven.Services!.Value));
        Assert.False(breakEven.IsExtrapolated);

        BreakEven never = analysis.BreakEvens.First(
            each => each.Cell.Position == Position.First && each.Stage == Stage.Prerouting);
        Assert.Null(never.Services);
        Assert.Null(never.Interval);

        static bool IsNftOverNftables(Stage stage, DataPlane slower, DataPlane faster) =>
            stage == Stage.Prerouting && slower == Planes.IptablesNft && faster == Planes.Nftables;
    }

    [Fact]
    public void A_break_even_beyond_what_was_measured_is_none_and_one_below_says_so()
    {
        ExperimentResults results = Sample();

        Assert.All(ExperimentAnalysis.Of(results, budgetNs: 1e9).BreakEvens, each => Assert.Null(each.Services));
        Assert.Contains(
            ExperimentAnalysis.Of(results, budgetNs: 300).BreakEvens,
            each => each.Cell.Position == Position.Last && each is { Services: < 100, IsExtrapolated: true });
    }

    [Fact]
    public void The_same_seed_gives_the_same_analysis()
    {
        ExperimentResults results = Sample();

        Assert.Equivalent(ExperimentAnalysis.Of(results), ExperimentAnalysis.Of(results), strict: true);
    }

    [Fact]
    public void Flagged_trials_are_in_no_figure()
    {
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(Recorded(
            OneWay(0, 100, 100), OneWay(1, 100, 102), OneWay(2, 100, 104),
            _messages.Trial(
                1, 3, s_nftLast.DataPlane, 100, s_nftLast.Position, Enumerable.Repeat(250L, 200), 1,
                TrialFlag.PacketsLost)));

        CellEstimate cell = Assert.Single(
            analysis.Cells, each => each.Stage == Stage.Prerouting && each.Statistic == Statistic.P50);
        Assert.Equal(new Estimate(102, new Interval(100, 104), 3), cell.Ns);
    }

    [Fact]
    public void Where_kube_proxy_was_switched_the_drift_is_that_around_each_mode_and_not_across_the_switch()
    {
        Messages messages = new() { Spec = TwoModes.Spec with { Nodes = [] } };
        using ResultsStore store = _file.Open();
        store.RecordStarted(TwoModes.Started(messages));
        TrialMeasured[] trials =
        [
            Baseline(0, 400), Baseline(2, 404), Baseline(3, 800), Baseline(5, 1_600),
            messages.Trial(1, 100, Planes.IptablesNft, 100, Position.Last, Enumerable.Repeat(2_000L, 200)),
            messages.Trial(4, 101, Planes.Nftables, 100, Position.Last, Enumerable.Repeat(2_000L, 200)),
        ];
        Array.ForEach(trials, trial => store.RecordTrial(trial));
        ExperimentResults results = store.Load(messages.ExperimentId);

        Assert.Equal(
            [(Planes.IptablesNft, 1.01), (Planes.Nftables, 2.0)],
            ExperimentAnalysis.Of(results).Drifts.Select(
                drift => (drift.Around!.DataPlane, Math.Round(drift.LastOverFirst.Value, 2))));
        ComparisonTable table = ComparisonTable.Of(results);
        Assert.Equal(
            [
                (Arm.First, 0, Planes.IptablesNft), (Arm.Last, 2, Planes.IptablesNft),
                (Arm.First, 3, Planes.Nftables), (Arm.Last, 5, Planes.Nftables),
            ],
            table.Baselines.Where(each => each.Cell.Stage == Stage.Prerouting).Select(
                each => (each.Arm, each.Step, each.Around!.DataPlane)));
        Assert.Equal(
            [0.01, 1.0],
            table.Surrounded.Select(
                around => Math.Round(table.BaselineDrift(Stage.Prerouting, around: around)!.Value, 2)));

        TrialMeasured Baseline(int step, long ns) => messages.Trial(
            step, step, DataPlane.NoRules, 0, Position.None, Enumerable.Repeat(ns, 200));
    }

    [Fact]
    public void Nothing_measured_is_an_empty_analysis()
    {
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(Recorded());

        Assert.Empty(analysis.Cells);
        Assert.Empty(analysis.Growths);
        Assert.Empty(analysis.BreakEvens);
        Assert.Empty(analysis.Drifts);
        Assert.Empty(analysis.Programming);
    }

    [Fact]
    public void Round_trips_alone_are_analysed_by_themselves()
    {
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(Recorded(
            [.. Enumerable.Range(0, 12).Select(trial => RoundTrip(trial, (int)Math.Pow(10, 2 + trial % 3)))]));

        Growth growth = Assert.Single(analysis.Growths);
        Assert.Equal((Stage.RoundTrip, GrowthVerdict.Linear), (growth.Stage, growth.Verdict));
        Assert.All(analysis.Cells, cell => Assert.Equal(Measure.RoundTrip, cell.Stage.Measure));
        Assert.Empty(analysis.Drifts);

        TrialMeasured RoundTrip(int trial, int services) => _messages.RoundTrip(
            1, trial, s_nftLast.DataPlane, services, s_nftLast.Position,
            Messages.Around(18_000 + 15 * services, trial));
    }

    [Fact]
    public void One_trial_of_each_cell_has_figures_without_intervals_and_unclear_growths()
    {
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(Sample(trials: 1));

        Assert.NotEmpty(analysis.Growths);
        Assert.All(analysis.Growths, growth => Assert.Equal(GrowthVerdict.Unclear, growth.Verdict));
        Assert.All(analysis.Cells, cell => Assert.Null(cell.Ns.Interval));
        Assert.All(analysis.Differences, difference => Assert.False(difference.IsReal));
        Assert.All(analysis.Drifts, drift => Assert.False(drift.IsReal));
        Assert.All(analysis.Power, note => Assert.Null(note.TrialsNeeded));
    }

    private TrialMeasured OneWay(int trial, int services, long ns) =>
        _messages.Trial(1, trial, s_nftLast.DataPlane, services, s_nftLast.Position, Enumerable.Repeat(ns, 200));

    private ExperimentResults Sample(int trials = 3)
    {
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, _messages, trials);
        return store.Load(_messages.ExperimentId);
    }

    private ExperimentResults Recorded(params TrialMeasured[] trials) => Recorded(_messages, trials);

    private ExperimentResults Recorded(Messages messages, params TrialMeasured[] trials)
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        Array.ForEach(trials, trial => store.RecordTrial(trial));
        return store.Load(messages.ExperimentId);
    }
}
