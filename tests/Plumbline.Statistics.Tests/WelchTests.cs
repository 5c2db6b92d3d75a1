namespace Plumbline.Statistics.Tests;

public sealed class WelchTests(ITestOutputHelper output)
{
    [Fact]
    public void The_published_example_has_its_t_and_its_degrees_of_freedom()
    {
        // Example 1 of Wikipedia's "Welch's t-test": t = −2.46, ν = 25.0, two-sided p = 0.021.
        double[] one =
            [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4];
        double[] other =
            [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4];

        Welch welch = Welch.Between(SampleMean.Of(one), SampleMean.Of(other));

        Assert.Equal(2.46, welch.Difference / welch.StandardError, 0.02);
        Assert.Equal(25.0, welch.Freedom, 0.5);
        Assert.Equal(0.021, 2 * welch.ProbabilityAtMost(0)!.Value, 0.001);
        Assert.False(welch.Estimate.Interval!.Contains(0));
    }

    [Fact]
    public void A_ratio_is_that_of_geometric_means_and_the_difference_theirs()
    {
        WelchRatio ratio = WelchRatio.Of([90, 100, 110], [180, 200, 220]);

        Assert.Equal(2, ratio.Ratio.Value, 1e-9);
        Assert.Equal(ratio.To - ratio.From, ratio.DifferenceOfMeans.Value, 1e-9);
        Assert.Equal(ratio.To / ratio.From, ratio.Ratio.Value, 1e-9);
        Assert.True(ratio.Ratio.Interval!.Contains(2));
        Assert.True(ratio.DifferenceOfMeans.Interval!.Contains(100));
    }

    [Fact]
    public void With_two_builds_of_one_nothing_is_judged()
    {
        WelchRatio ratio = WelchRatio.Of([90, 100, 110], [180, 200]);

        Assert.Equal(2, ratio.Ratio.Builds);
        Assert.Null(ratio.Ratio.Interval);
        Assert.Null(ratio.DifferenceOfMeans.Interval);
        Assert.Null(ratio.ProbabilityAtMost(1));
    }

    [Fact]
    public void Builds_without_any_spread_are_certain()
    {
        WelchRatio ratio = WelchRatio.Of([100, 100, 100], [105, 105, 105]);

        Assert.Equal((0, 1), (ratio.ProbabilityAtMost(1), ratio.ProbabilityAtMost(1.06)));
        Assert.Equal(ratio.Ratio.Value, ratio.Ratio.Interval!.Low);
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(6, 6)]
    [InlineData(4, 6)]
    public void Equals_differ_no_more_often_than_stated(int ofA, int ofB)
    {
        double differ = Simulation.Share(random => !WelchRatio.Of(
            Simulation.Medians(Simulation.Builds(random, ofA, 2)),
            Simulation.Medians(Simulation.Builds(random, ofB, 2))).Ratio.Interval!.Contains(1));

        output.WriteLine($"{ofA} against {ofB}: {differ:P1}");
        Assert.InRange(differ, 0.025, 0.055);
    }

    [Fact]
    public void Holms_adjustment_is_that_of_the_textbook()
    {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03 0.06 0.06 0.02.
        double[] expected = [0.03, 0.06, 0.06, 0.02];

        Assert.Equal(expected, Holm.Adjusted([0.01, 0.04, 0.03, 0.005]).Select(p => Math.Round(p, 12)));
        Assert.Equal([1, 1], Holm.Adjusted([0.9, 0.8]));
        Assert.Empty(Holm.Adjusted([]));
    }

    [Fact]
    public void A_family_of_equals_is_wrong_about_any_of_them_one_time_in_twenty()
    {
        double wrong = Simulation.Share(
            random => Holm.Adjusted([.. Enumerable.Range(0, 30).Select(_ => random.NextDouble())]).Min() < 0.05);

        Assert.InRange(wrong, 0.035, 0.06);
    }
}
