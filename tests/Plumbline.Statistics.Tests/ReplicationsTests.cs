namespace Plumbline.Statistics.Tests;

public sealed class ReplicationsTests(ITestOutputHelper output)
{
    [Fact]
    public void The_interval_is_Students_over_builds()
    {
        // By hand: mean 4, standard deviation 2, t with 2 degrees of freedom 4.303.
        Estimate mean = Replications.Mean([2, 4, 6]);

        Assert.Equal((4, 3), (mean.Value, mean.Builds));
        Assert.Equal(4 - 4.30265 * 2 / Math.Sqrt(3), mean.Interval!.Low, 1e-4);
        Assert.Equal(4 + 4.30265 * 2 / Math.Sqrt(3), mean.Interval.High, 1e-4);
    }

    [Fact]
    public void Positive_figures_are_averaged_on_the_log_scale()
    {
        Estimate mean = Replications.GeometricMean([10, 100, 1_000]);

        Assert.Equal(100, mean.Value, 1e-9);
        Assert.Equal(100 * 100, mean.Interval!.Low * mean.Interval.High, 1e-6);
        Assert.True(mean.Interval.Low > 0);
    }

    [Fact]
    public void Equal_builds_have_exactly_their_value_and_an_interval_of_width_zero() => Assert.Equal(
        new Estimate(340.7, new Interval(340.7, 340.7), 4), Replications.GeometricMean([340.7, 340.7, 340.7, 340.7]));

    [Fact]
    public void Builds_that_agree_by_chance_are_no_more_certain_than_their_packets()
    {
        Estimate agreeing = Replications.GeometricMean([100, 100, 100], leastVariance: 0.01);
        Estimate scattered = Replications.GeometricMean([10, 100, 1_000], leastVariance: 0.01);

        Assert.Equal(100 * Math.Exp(4.30265 * 0.1), agreeing.Interval!.High, 1e-3);
        Assert.Equal(Replications.GeometricMean([10, 100, 1_000]).Interval!.High, scattered.Interval!.High, 1e-9);
    }

    [Fact]
    public void An_error_that_all_builds_share_is_in_the_interval_however_they_scatter()
    {
        Estimate mean = Replications.Mean([100, 100, 100], relativeError: 0.1);
        Estimate logs = Replications.GeometricMean([100, 100, 100], relativeError: 0.1);

        // Student's quantile with the four degrees of freedom of such an error is 2.77645.
        Assert.Equal(100 - 27.7645, mean.Interval!.Low, 1e-3);
        Assert.Equal(100 + 27.7645, mean.Interval.High, 1e-3);
        Assert.Equal(100 * Math.Exp(0.277645), logs.Interval!.High, 1e-2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fewer_than_three_builds_have_no_interval(int builds)
    {
        double[] few = [.. Enumerable.Range(1, builds).Select(value => (double)value)];

        Assert.Null(Replications.Mean(few).Interval);
        Assert.Null(Replications.GeometricMean(few).Interval);
        Assert.Equal(builds, Replications.GeometricMean(few).Builds);
    }

    [Fact]
    public void Zero_has_no_logarithm_and_no_interval() =>
        Assert.Equal(new Estimate(2, null, 3), Replications.GeometricMean([0, 2, 4]));

    [Fact]
    public void No_build_has_no_figure() => Assert.Throws<ArgumentException>(() => Replications.GeometricMean([]));

    /// <summary>
    /// The interval covers what builds scatter around. Chance alone moves a share of 4,000 by less than 1.1 points.
    /// </summary>
    [Theory]
    [InlineData(4, 2)]
    [InlineData(5, 2)]
    [InlineData(6, 2)]
    [InlineData(4, 1)]
    [InlineData(4, 5)]
    public void The_interval_covers_as_often_as_stated(int builds, int trials)
    {
        double coverage = Simulation.Share(
            random => Replications.GeometricMean(
                Simulation.Medians(Simulation.Builds(random, builds, trials))).Interval!.Contains(Simulation.Truth));

        output.WriteLine($"{builds} × {trials}: {coverage:P1}");
        Assert.InRange(coverage, 0.93, 0.97);
    }

    /// <summary>Trials as replications are what an interval over trials of one build claims.</summary>
    [Fact]
    public void Trials_of_one_build_would_not_cover()
    {
        double coverage = Simulation.Share(
            random => Replications.GeometricMean(Simulation.Builds(random, 1, 5)[0])
                .Interval!.Contains(Simulation.Truth));

        Assert.InRange(coverage, 0, 0.75);
    }

    [Fact]
    public void Differences_are_paired_so_that_what_a_round_has_in_common_cancels()
    {
        int covered = 0;
        double paired = 0, unpaired = 0;
        const int Repetitions = 2_000;
        for (int seed = 1; seed <= Repetitions; seed++)
        {
            Random random = new(seed);
            double[] machine = [.. Enumerable.Range(0, 5).Select(_ => Simulation.Factor(random, 0.1))];
            double[] one = [.. machine.Select(factor => 100 * factor * Simulation.Factor(random, 0.01))];
            double[] other = [.. machine.Select(factor => 110 * factor * Simulation.Factor(random, 0.01))];
            Estimate ratio = Replications.GeometricMean([.. other.Zip(one, (more, less) => more / less)]);
            covered += ratio.Interval!.Contains(1.1) ? 1 : 0;
            paired += ratio.Interval.High - ratio.Interval.Low;
            Interval apart = WelchRatio.Of(one, other).Ratio.Interval!;
            unpaired += apart.High - apart.Low;
        }

        Assert.InRange(covered / (double)Repetitions, 0.935, 0.965);
        Assert.True(paired * 4 < unpaired, $"{paired / unpaired}");
    }
}
