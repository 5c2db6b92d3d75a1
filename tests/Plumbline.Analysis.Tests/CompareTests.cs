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
        Assert.Empty(Threshold.TryParse("p50=+0%")!.ExceededIn(comparison));
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
    public void What_no_cell_shows_by_itself_shows_over_all_numbers_of_Services()
    {
        int[] services = [100, 1_000, 5_000, 10_000];
        ExperimentComparison comparison = ExperimentComparison.Of(
            CompareExperiments.Record(new Messages(), spread: 0.05, builds: 4, services: services),
            CompareExperiments.Record(
                new Messages(),
                dataPlane => dataPlane == Planes.Nftables ? 1.12 : 1,
                spread: 0.05,
                builds: 4,
                services: services,
                seed: 2));

        ColumnComparison nftables = comparison.Columns.Single(each => each.Of.Cell.DataPlane == Planes.Nftables);
        ColumnComparison other = comparison.Columns.Single(each => each.Of.Cell.DataPlane != Planes.Nftables);

        Assert.Contains(
            comparison.Cells.Where(cell => cell.Cell.DataPlane == Planes.Nftables),
            cell => !cell.By(Statistic.P50)!.IsReal);
        Assert.Equal((true, false), (nftables.P50.IsReal, other.P50.IsReal));
        Assert.InRange(nftables.P50.Ratio.Value, 1.09, 1.15);
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
    public void Noise_does_not_exceed_a_threshold_however_far_apart_the_figures_are()
    {
        ExperimentComparison noise = Compared(([900, 1_000, 1_500], [1_200, 1_400, 2_400]));

        Assert.True(noise.Cells[0].By(Statistic.P99)!.Ratio.Value > 1.3);
        Assert.Empty(Threshold.TryParse("p99=+5%")!.ExceededIn(noise));
        Assert.Single(Threshold.TryParse("p99=+5%")!.ExceededIn(
            Compared(([990, 1_000, 1_010], [1_390, 1_400, 1_420]))));
        Assert.Empty(Threshold.TryParse("p50=+5%")!.ExceededIn(
            Compared(([990, 1_000, 1_010], [1_390, 1_400, 1_420]))));
    }

    [Fact]
    public void What_one_cell_alone_would_show_is_chance_among_many()
    {
        // Alone, p = 0.02: one cell in fifty is that far off where nothing differs.
        (double[], double[]) slower = ([960, 1_000, 1_040], [1_050, 1_090, 1_130]);
        (double[], double[]) equal = ([960, 1_000, 1_040], [955, 1_000, 1_045]);
        Threshold threshold = Threshold.TryParse("p99=+5%")!;

        Assert.InRange(Compared(slower).Cells[0].By(Statistic.P99)!.ProbabilityAtMost(1)!.Value, 0.005, 0.03);
        Assert.Single(threshold.ExceededIn(Compared(slower)));
        Assert.Empty(threshold.ExceededIn(Compared([slower, .. Enumerable.Repeat(equal, 9)])));
    }

    [Fact]
    public void A_negative_threshold_asks_for_a_gain_that_builds_can_show_was_missed()
    {
        Threshold faster = Threshold.TryParse("p99=-10%")!;

        Assert.Single(faster.ExceededIn(Compared(([990, 1_000, 1_010], [990, 1_000, 1_010]))));
        Assert.Empty(faster.ExceededIn(Compared(([990, 1_000, 1_010], [850, 950, 1_060]))));
        Assert.Empty(faster.ExceededIn(Compared(([990, 1_000, 1_010], [790, 800, 810]))));
    }

    [Fact]
    public void What_control_packets_show_too_is_the_machines_and_in_no_figure()
    {
        ExperimentResults a = CompareExperiments.Record(new Messages(), controlNs: 400);
        ExperimentResults b = CompareExperiments.Record(new Messages(), _ => 1.2, seed: 2, controlNs: 480);
        ExperimentResults silent = CompareExperiments.Record(new Messages(), _ => 1.2, seed: 2);

        ExperimentComparison comparison = ExperimentComparison.Of(a, b);

        Assert.True(comparison.IsAtOneSpeed);
        Assert.Equal(1.2, comparison.Machine!.Value, 0.005);
        Assert.All(comparison.Cells, cell => Assert.InRange(cell.By(Statistic.P50)!.Ratio.Value, 0.99, 1.01));
        Assert.All(ExperimentComparison.Of(a, silent).Cells, cell => Assert.True(cell.By(Statistic.P50)!.IsReal));
        Assert.Null(ExperimentComparison.Of(a, silent).Machine);
    }

    [Fact]
    public void Figures_of_another_machine_are_as_they_were_measured()
    {
        ExperimentResults a = CompareExperiments.Record(new Messages(), controlNs: 400);
        ExperimentResults b = CompareExperiments.Record(new Messages(), _ => 1.2, seed: 2, controlNs: 480);

        ExperimentComparison comparison =
            ExperimentComparison.Of(a, b with { Machine = b.Machine! with { Kernel = "6.19.0" } });

        Assert.False(comparison.IsAtOneSpeed);
        Assert.All(comparison.Cells, cell => Assert.True(cell.By(Statistic.P50)!.IsReal));
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
    public void With_too_few_builds_nothing_is_real_and_nothing_is_judged()
    {
        ExperimentComparison comparison = ExperimentComparison.Of(
            CompareExperiments.Record(new Messages(), builds: 2),
            CompareExperiments.Record(new Messages(), _ => 2, builds: 2));
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

    /// <summary>Cells with p99 alone, of each its builds in A and in B.</summary>
    private static SampleMean Logs(double[] builds) => SampleMean.Of([.. builds.Select(ns => Math.Log(ns))]);

    private static ExperimentComparison Compared(params (double[] OfA, double[] OfB)[] cells)
    {
        ExperimentResults none = CompareExperiments.Record(new Messages(), builds: 1);
        return new ExperimentComparison
        {
            A = none,
            B = none,
            Machine = null,
            IsAtOneSpeed = false,
            Columns = [],
            OnlyInA = [],
            OnlyInB = [],
            Cells =
            [
                .. cells.Select((cell, index) => new CellComparison(
                    new ComparedCell(Cell.Of(Planes.Nftables, 1 + index, Position.Last), Stage.Prerouting),
                    [StatisticComparison.Of(Statistic.P99, Logs(cell.OfA), Logs(cell.OfB))])),
            ],
        };
    }

    private static ExperimentResults Sample()
    {
        using ResultsFile file = new();
        using ResultsStore store = file.Open();
        return store.Load(SampleExperiment.Record(store, new Messages()).ExperimentId);
    }
}
