using MathNet.Numerics.Distributions;

namespace Plumbline.Statistics.Tests;

public sealed class TrialsNeededTests
{
    [Fact]
    public void With_the_estimated_number_of_trials_the_interval_has_about_the_wanted_width()
    {
        // A spread of 20 % and ±5 %: (π/2)(1.96 · 0.2 / 0.05)² = 97.
        int[] needed =
            [.. Enumerable.Range(1, 200).Select(seed => TrialsNeeded.ForMedian(Sample(20, seed), 0.05)!.Value)];
        double half = Enumerable.Range(1, 20)
            .Select(seed => Bootstrap.Median(Sample(97, seed), seed).Interval!)
            .Average(interval => (interval.High - interval.Low) / 2);

        Assert.InRange(needed.Average(), 80, 125);
        Assert.InRange(half / 1_000, 0.04, 0.06);

        static double[] Sample(int trials, int seed) => Draw(new Random(seed), trials);

        static double[] Draw(Random random, int trials) =>
            [.. Enumerable.Range(0, trials).Select(_ => Normal.Sample(random, 1_000, 200))];
    }

    [Fact]
    public void One_disturbed_trial_does_not_change_the_number() => Assert.Equal(
        TrialsNeeded.ForMedian([98, 99, 100, 101, 103], 0.05), TrialsNeeded.ForMedian([98, 99, 100, 101, 900], 0.05));

    [Fact]
    public void If_most_trials_are_equal_the_standard_deviation_is_used() =>
        Assert.True(TrialsNeeded.ForMedian([100, 100, 100, 100, 900], 0.05) > 1_000);

    [Theory]
    [InlineData(new double[] { 1, 2 }, null)]
    [InlineData(new double[] { 0, 0, 0 }, null)]
    [InlineData(new double[] { 5, 5, 5 }, 3)]
    public void Too_few_trials_or_a_median_of_zero_have_no_number_and_equal_trials_the_smallest(
        double[] sample, int? needed) => Assert.Equal(needed, TrialsNeeded.ForMedian(sample, 0.05));
}
