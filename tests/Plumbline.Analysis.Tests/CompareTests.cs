using Plumbline.Analysis.Comparisons;
using Plumbline.Contracts;
using Plumbline.Statistics;
using Plumbline.Store;

namespace Plumbline.Analysis.Tests;

public sealed class CompareTests
{
    [Fact]
    public void An_experiment_compared_with_itself_differs_in_nothing()
    {
        ExperimentResults results = Sample();
        ExperimentComparison comparison = ExperimentComparison.Of(results, results);

        Assert.Empty(comparison.OnlyInA);
        Assert.Empty(comparison.OnlyInB);
        Assert.Equal(3 * 3 * 3 * 3, comparison.Cells.Count);
        Assert.All(
            comparison.Cells.SelectMany(cell => cell.Statistics),
            each => Assert.Equal((0, 1, false), (each.DifferenceNs.Value, each.Ratio.Value, each.IsReal)));
    }

    [Fact]
    public void A_planted_difference_in_one_data_plane_is_found_there_and_only_there()
    {
        ExperimentComparison comparison = ExperimentComparison.Of(
            CompareExperiments.Record(new Messages()),
            CompareExperiments.Record(new Messages(), dataPlane => dataPlane == Planes.Nftables ? 1.2 : 1, seed: 2));

        Assert.Equal(4, comparison.Cells.Count);
        Assert.All(comparison.Cells, cell =>
        {
            StatisticComparison p50 = cell.By(Statistic.P50)!;
            bool planted = cell.Cell.DataPlane == Planes.Nftables;
            Assert.Equal(planted, p50.IsReal);
            Assert.InRange(p50.Ratio.Value, planted ? 1.17 : 0.97, planted ? 1.23 : 1.03);
            Assert.Equal(p50.BNs - p50.ANs, p50.DifferenceNs.Value, 6);
        });
    }

    [Fact]
    public void The_same_results_give_the_same_comparison()
    {
        ExperimentResults a = CompareExperiments.Record(new Messages(), spread: 0.3);
        ExperimentResults b = CompareExperiments.Record(new Messages(), spread: 0.3, seed: 2);

        Assert.Equivalent(ExperimentComparison.Of(a, b), ExperimentComparison.Of(a, b), strict: true);
    }

    [Fact]
    public void A_threshold_is_exceeded_by_what_is_slower_by_more_and_kept_by_what_is_not()
    {
        ExperimentComparison comparison = ExperimentComparison.Of(
            CompareExperiments.Record(new Messages()),
            CompareExperiments.Record(new Messages(), dataPlane => dataPlane == Planes.Nftables ? 1.2 : 1, seed: 2));

        Assert.Equal(
            ["prerouting, nftables last at 100", "prerouting, nftables last at 10,000"],
            Threshold.TryParse("p50=+5%")!.ExceededIn(comparison).Select(cell => cell.Of.ToString()));
        Assert.Empty(Threshold.TryParse("p50=+30%")!.ExceededIn(comparison));
    }

    [Fact]
    public void Noise_does_not_exceed_a_threshold_however_far_apart_the_medians_are()
    {
        StatisticComparison noise = new(
            Statistic.P99,
            1_000,
            1_400,
            new Estimate(400, new Interval(-200, 900), 5),
            new Estimate(1.4, new Interval(0.9, 1.9), 5));

        Assert.False(Threshold.TryParse("p99=+5%")!.IsExceededBy(noise));
        Assert.True(Threshold.TryParse("p99=+5%")!.IsExceededBy(
            noise with { Ratio = new Estimate(1.4, new Interval(1.01, 1.9), 5) }));
        Assert.False(Threshold.TryParse("p50=+5%")!.IsExceededBy(
            noise with { Ratio = new Estimate(1.4, new Interval(1.01, 1.9), 5) }));
        Assert.False(Threshold.TryParse("p99=+5%")!.IsExceededBy(noise with { Ratio = new Estimate(1.4, null, 2) }));
    }

    [Fact]
    public void A_negative_threshold_asks_for_a_gain_that_trials_can_show_was_missed()
    {
        Threshold faster = Threshold.TryParse("p50=-10%")!;

        Assert.True(faster.IsExceededBy(Ratio(1.0, 0.97, 1.03)));
        Assert.False(faster.IsExceededBy(Ratio(0.95, 0.85, 1.03)));
        Assert.False(faster.IsExceededBy(Ratio(0.8, 0.75, 0.85)));

        static StatisticComparison Ratio(double value, double low, double high) =>
            new(
                Statistic.P50,
                1_000,
                1_000 * value,
                new Estimate(0, null, 7),
                new Estimate(value, new Interval(low, high), 7));
    }

    [Theory]
    [InlineData("p99=+5%", Statistic.P99, 0.05)]
    [InlineData("p50=-2.5%", Statistic.P50, -0.025)]
    [InlineData("p90=+0%", Statistic.P90, 0)]
    [InlineData("mean=+150%", Statistic.Mean, 1.5)]
    public void Thresholds_are_read_as_they_are_written(string text, Statistic statistic, double share)
    {
        Threshold threshold = Threshold.TryParse(text)!;

        Assert.Equal((statistic, share), (threshold.Statistic, threshold.Share));
        Assert.Equal(text, threshold.ToString());
    }

    [Theory]
    [InlineData("p99")]
    [InlineData("p99=5%")]
    [InlineData("p99=+5")]
    [InlineData("p99 = +5%")]
    [InlineData("p999=+5%")]
    [InlineData("P99=+5%")]
    [InlineData("p99=+%")]
    [InlineData("p99=-100%")]
    [InlineData("p99=+5%\n")]
    [InlineData("")]
    public void What_is_no_threshold_is_refused(string text) => Assert.Null(Threshold.TryParse(text));

    [Fact]
    public void With_too_few_trials_nothing_is_real_and_nothing_is_judged()
    {
        ExperimentComparison comparison = ExperimentComparison.Of(
            CompareExperiments.Record(new Messages(), trials: 2),
            CompareExperiments.Record(new Messages(), _ => 2, trials: 2));
        Threshold threshold = Threshold.TryParse("p50=+5%")!;

        Assert.DoesNotContain(comparison.Cells.SelectMany(cell => cell.Statistics), each => each.IsReal);
        Assert.Empty(threshold.ExceededIn(comparison));
        Assert.Equal(4, threshold.NotJudgedIn(comparison).Count);
    }

    [Fact]
    public void Stages_can_be_chosen()
    {
        ExperimentResults results = Sample();

        Assert.All(
            ExperimentComparison.Of(results, results, [Stage.Total]).Cells,
            cell => Assert.Equal(Stage.Total, cell.Stage));
        Assert.Empty(ExperimentComparison.Of(results, results, []).Cells);
    }

    private static ExperimentResults Sample()
    {
        using ResultsFile file = new();
        using ResultsStore store = file.Open();
        return store.Load(SampleExperiment.Record(store, new Messages()).ExperimentId);
    }
}
