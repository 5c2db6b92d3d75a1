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
        Assert.All(analysis.Programming, each =>
        {
            Assert.Equal((1, 3), (Math.Round(each.Exponent!.Value, 9), each.Exponent.Builds));
            Assert.Equal([100, 1_000, 10_000], each.Times.Select(time => time.Services));
            Assert.All(each.Times, time => Assert.Equal(3, time.Seconds.Builds));
        });
        Assert.DoesNotContain(analysis.Cells, cell => cell.Cell.IsBaseline);

        // A gRPC trial of 100 requests has a p50 and no p99.
        Assert.Contains(analysis.Cells, cell => cell.Stage == Stage.GrpcTotal && cell.Statistic == Statistic.P50);
        Assert.DoesNotContain(analysis.Cells, cell => cell.Stage == Stage.GrpcTotal && cell.Statistic == Statistic.P99);
    }

    [Fact]
    public void Planted_slopes_are_found_and_where_there_is_none_it_is_constant()
    {
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(Sample(builds: 5));

        Growth nft = Growth(Planes.IptablesNft, Position.Last);
        Assert.Equal(GrowthVerdict.Linear, nft.Verdict);
        Assert.InRange(
            nft.SlopeNsPerService.Value / Growth(Planes.IptablesLegacy, Position.Last).SlopeNsPerService.Value,
            2.7,
            3.1);
        Assert.StartsWith("iptables-nft last: O(n), ", nft.Words, StringComparison.Ordinal);
        Assert.Equal((100, 10_000), (nft.FewestServices, nft.MostServices));
        Assert.Equal(GrowthVerdict.Constant, Growth(Planes.Nftables, Position.Last).Verdict);
        Assert.Equal(GrowthVerdict.Constant, Growth(Planes.IptablesNft, Position.First).Verdict);

        Growth Growth(DataPlane dataPlane, Position position) =>
            Assert.Single(
                analysis.Growths,
                growth => growth.Stage == Stage.Prerouting && growth.Cell == Cell.Empty.With(dataPlane).With(position));
    }

    [Fact]
    public void Slower_is_slower_and_a_break_even_is_where_the_curves_are_the_budget_apart()
    {
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(Sample(builds: 5));

        Assert.All(
            analysis.Differences,
            difference => Assert.True(
                difference.DifferenceNs.Value >= 0 && (!difference.IsReal || difference.Ratio.Value > 1)));
        DataPlaneDifference difference = Assert.Single(analysis.Differences, each =>
            each.Cell == Cell.Empty.With(10_000).With(Position.Last)
            && IsNftOverNftables(each.Stage, each.Slower, each.Faster));
        Assert.True(difference.IsReal);
        Assert.InRange(difference.Ratio.Value, 80, 105);

        BreakEven breakEven = Assert.Single(analysis.BreakEvens, each =>
            each.Cell == Cell.Empty.With(Position.Last) && IsNftOverNftables(each.Stage, each.Slower, each.Faster));
        // 15.4 ns for each Service in the first build, up to 24 % more in the last.
        Assert.InRange(breakEven.Services!.Value, 10_000 / (15.4 * 1.24), 10_000 / 15.4);
        Assert.True(breakEven.Services.Interval!.Contains(breakEven.Services.Value));
        Assert.False(breakEven.IsFromFewest);

        BreakEven never = analysis.BreakEvens.First(
            each => each.Cell.Position == Position.First && each.Stage == Stage.Prerouting);
        Assert.Null(never.Services);

        static bool IsNftOverNftables(Stage stage, DataPlane slower, DataPlane faster) =>
            stage == Stage.Prerouting && slower == Planes.IptablesNft && faster == Planes.Nftables;
    }

    [Fact]
    public void A_break_even_beyond_what_was_measured_is_none_and_one_from_the_fewest_on_says_so()
    {
        ExperimentResults results = Sample();

        Assert.All(ExperimentAnalysis.Of(results, budgetNs: 1e9).BreakEvens, each => Assert.Null(each.Services));
        Assert.Contains(
            ExperimentAnalysis.Of(results, budgetNs: 300).BreakEvens,
            each => each.Cell.Position == Position.Last && each is { Services.Value: 100, IsFromFewest: true });
    }

    [Fact]
    public void Differences_are_paired_within_builds()
    {
        // From build to build everything gets 6 % slower, and nothing else changes: the ratios are alike in all builds.
        DataPlaneDifference difference = Assert.Single(ExperimentAnalysis.Of(Sample(builds: 5)).Differences, each =>
            each is { Slower.Name: "iptables-nft", Faster.Name: "iptables-legacy" }
            && each.Stage == Stage.Prerouting && each.Cell == Cell.Empty.With(10_000).With(Position.Last));

        Assert.InRange(difference.Ratio.Interval!.High / difference.Ratio.Interval.Low, 1, 1.02);
    }

    [Fact]
    public void A_figure_is_the_mean_over_builds_of_the_medians_of_their_trials()
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Built(3));
        TrialMeasured[] trials =
        [
            OneWay(0, 100, 100, build: 0), OneWay(1, 100, 250, build: 0), OneWay(2, 100, 100, build: 0),
            OneWay(3, 100, 120, build: 1), OneWay(4, 100, 120, build: 1),
            OneWay(5, 100, 144, build: 2),
        ];
        Array.ForEach(trials, trial => store.RecordTrial(trial));
        ExperimentResults results = store.Load(_messages.ExperimentId);

        Estimate ns = P50(ExperimentAnalysis.Of(results)).Ns;
        Assert.Equal((120, 3), (ns.Value, ns.Builds));
        Assert.True(ns.Interval!.Contains(100));
        AcrossBuilds across = ComparisonTable.Of(results).Cell(100, s_nftLast, Stage.Prerouting)!.P50!;
        Assert.Equal(new AcrossBuilds(3, 6, ns.Value, 100, 250), across);
        PowerNote power = Assert.Single(
            ExperimentAnalysis.Of(results).Power, note => note.Stage == Stage.Prerouting);
        Assert.Equal((3, 6), (power.Builds, power.Trials));
        Assert.True(power is { Spread.Within: > 0.2, BuildsNeeded: > 3 });
    }

    [Fact]
    public void Flagged_trials_are_in_no_figure()
    {
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(Recorded(
            OneWay(0, 100, 102), OneWay(1, 100, 102), OneWay(2, 100, 102),
            _messages.Trial(
                1, 3, s_nftLast.DataPlane, 100, s_nftLast.Position, Enumerable.Repeat(250L, 200), 1,
                TrialFlag.PacketsLost)));

        Assert.Equal(new Estimate(102, null, 1), P50(analysis).Ns);
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
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Built(4, services: [100, 1_000, 10_000]));
        for (int trial = 0; trial < 12; trial++)
        {
            store.RecordTrial(RoundTrip(trial, (int)Math.Pow(10, 2 + trial % 3)));
        }

        ExperimentAnalysis analysis = ExperimentAnalysis.Of(store.Load(_messages.ExperimentId));

        Growth growth = Assert.Single(analysis.Growths);
        Assert.Equal((Stage.RoundTrip, GrowthVerdict.Linear), (growth.Stage, growth.Verdict));
        Assert.All(analysis.Cells, cell => Assert.Equal(Measure.RoundTrip, cell.Stage.Measure));
        Assert.Empty(analysis.Drifts);

        TrialMeasured RoundTrip(int trial, int services) => _messages.RoundTrip(
            1 + trial, trial, s_nftLast.DataPlane, services, s_nftLast.Position,
            Messages.Around(18_000 + 15 * services, trial));
    }

    [Fact]
    public void One_build_of_each_size_has_figures_without_intervals_and_unclear_growths()
    {
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(Sample(builds: 1));

        Assert.NotEmpty(analysis.Growths);
        Assert.All(analysis.Growths, growth => Assert.Equal(GrowthVerdict.Unclear, growth.Verdict));
        Assert.All(analysis.Cells, cell => Assert.Null(cell.Ns.Interval));
        Assert.All(analysis.Differences, difference => Assert.False(difference.IsReal));
        Assert.All(analysis.Drifts, drift => Assert.False(drift.IsReal));
        Assert.All(analysis.Power, note => Assert.Null(note.BuildsNeeded));
        Assert.All(analysis.BreakEvens, each => Assert.Null(each.Services?.Interval));
    }

    private static CellEstimate P50(ExperimentAnalysis analysis) => Assert.Single(
        analysis.Cells, each => each.Stage == Stage.Prerouting && each.Statistic == Statistic.P50);

    private TrialMeasured OneWay(int trial, int services, long ns, int build = 0) => _messages.Trial(
        1 + build, trial, s_nftLast.DataPlane, services, s_nftLast.Position, Enumerable.Repeat(ns, 200));

    private ExperimentResults Sample(int builds = 3)
    {
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, _messages, builds);
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
