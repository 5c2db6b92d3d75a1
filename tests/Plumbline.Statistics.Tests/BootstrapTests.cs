using MathNet.Numerics.Statistics;

namespace Plumbline.Statistics.Tests;

public sealed class BootstrapTests
{
    [Fact]
    public void Equal_trials_have_an_interval_of_width_zero()
    {
        Assert.Equal(
            new Estimate(340.5, new Interval(340.5, 340.5), 5),
            Bootstrap.Median([340.5, 340.5, 340.5, 340.5, 340.5], 1));
        Assert.Equal(new Interval(0, 0), Bootstrap.DifferenceOfMedians([7, 7, 7], [7, 7, 7], 1).Interval);
        Assert.Equal(new Interval(2, 2), Bootstrap.RatioOfMedians([14, 14, 14], [7, 7, 7], 1).Interval);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fewer_than_three_trials_have_no_interval(int trials)
    {
        double[] few = [.. Enumerable.Range(1, trials).Select(value => (double)value)];

        Assert.Equal(new Estimate((1 + trials) / 2.0, null, trials), Bootstrap.Median(few, 1));
        Assert.Null(Bootstrap.DifferenceOfMedians([1, 2, 3], few, 1).Interval);
        Assert.Equal(trials, Bootstrap.RatioOfMedians([1, 2, 3], few, 1).Trials);
    }

    [Fact]
    public void A_sample_without_values_is_refused() =>
        Assert.Throws<ArgumentException>(() => Bootstrap.DifferenceOfMedians([1, 2, 3], [], 1));

    [Fact]
    public void A_ratio_whose_divisor_can_be_zero_has_no_interval() =>
        Assert.Null(Bootstrap.RatioOfMedians([1, 2, 3], [0, 0, 3], 1).Interval);

    [Fact]
    public void If_no_resample_lies_below_the_estimate_the_interval_is_the_percentile_interval()
    {
        double[] replicates = [.. Enumerable.Range(0, 1_001).Select(value => (double)value)];

        Interval interval = BcaInterval.Of(-1, replicates, acceleration: 0.1)!;

        Assert.Equal(25, interval.Low, 1.0);
        Assert.Equal(975, interval.High, 1.0);
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_another_seed_another()
    {
        double[] sample = Simulation.Sample(Population.OfExponential, 20, new Random(3));
        double[] other = Simulation.Sample(Population.OfExponential, 20, new Random(4));

        Assert.Equal(Bootstrap.DifferenceOfMedians(sample, other, 7), Bootstrap.DifferenceOfMedians(sample, other, 7));
        Assert.NotEqual(Mean(7), Mean(8));
        Assert.Equal(Mean(7).Value, Mean(8).Value);

        Estimate Mean(int seed) => Bootstrap.Of([sample], samples => samples[0].Average(), seed);
    }

    [Fact]
    public void With_up_to_five_trials_all_resamples_are_used_and_the_seed_does_not_matter() => Gen
        .Double[1, 1e6].Array[3, 5]
        .Sample(sample => Assert.Equal(Bootstrap.Median(sample, 1), Bootstrap.Median(sample, 2)), iter: 50);

    [Fact]
    public void An_interval_contains_its_median_and_lies_within_the_sample() => Gen.Double[1, 1e6].Array[3, 12].Sample(
        sample =>
        {
            Estimate median = Bootstrap.Median(sample, 1);
            Interval interval = median.Interval!;
            Assert.InRange(median.Value, interval.Low, interval.High);
            Assert.InRange(interval.Low, sample.Min(), median.Value);
            Assert.InRange(interval.High, median.Value, sample.Max());
        }, iter: 200);

    [Fact]
    public void Swapping_the_samples_negates_a_difference_and_inverts_a_ratio()
    {
        double[] slow = [15, 16, 17, 18, 19];
        double[] fast = [2, 2.1, 2.2, 2.3, 2.5];

        Assert.Equal(
            -Bootstrap.DifferenceOfMedians(slow, fast, 1).Value, Bootstrap.DifferenceOfMedians(fast, slow, 1).Value);
        Assert.Equal(
            1 / Bootstrap.RatioOfMedians(slow, fast, 1).Value, Bootstrap.RatioOfMedians(fast, slow, 1).Value, 1e-12);
        Assert.True(Bootstrap.DifferenceOfMedians(slow, fast, 1).Interval!.Low > 0);
    }

    [Fact]
    public void A_ratio_of_differences_has_about_the_interval_that_resampling_the_samples_themselves_gives()
    {
        double[][] samples =
        [
            .. from each in Enumerable.Range(0, 4)
               let shift = each % 2 == 0 ? 20_000 : 0
               select Simulation.Sample(
                   Population.OfExponential, 20, new Random(each)).Select(x => x + shift).ToArray(),
        ];
        Random random = new(1);
        ResampledMedian[] medians = [.. samples.Select(sample => ResampledMedian.Of(sample, random))];

        Estimate combined = Bootstrap.RatioOfDifferences((medians[0], medians[1]), (medians[2], medians[3]));
        Estimate direct = Bootstrap.Of(
            samples,
            each => (each[0].Median() - each[1].Median()) / (each[2].Median() - each[3].Median()),
            1);

        Assert.Equal((direct.Value, direct.Trials), (combined.Value, combined.Trials));
        Assert.Equal(direct.Interval!.Low, combined.Interval!.Low, 0.02);
        Assert.Equal(direct.Interval.High, combined.Interval.High, 0.02);
    }

    [Fact]
    public void A_ratio_of_differences_that_may_divide_by_nothing_or_rests_on_few_trials_has_no_interval()
    {
        Random random = new(1);
        ResampledMedian few = ResampledMedian.Of([1, 2], random);
        ResampledMedian some = ResampledMedian.Of([10, 11, 12], random);
        ResampledMedian same = ResampledMedian.Of([10, 11, 12], random);

        Assert.Null(Bootstrap.RatioOfDifferences((some, few), (some, few)).Interval);
        Assert.Equal(2, Bootstrap.RatioOfDifferences((some, few), (some, few)).Trials);
        Assert.Null(Bootstrap.RatioOfDifferences((some, same), (some, same)).Interval);
        Assert.Throws<ArgumentException>("sample", () => ResampledMedian.Of([], random));
    }

    [Fact]
    public void The_samples_passed_in_do_not_change()
    {
        double[] sample = [3, 1, 2, 5, 4];

        Bootstrap.RatioOfMedians(sample, sample, 1);
        TrialsNeeded.ForMedian(sample, 0.05);

        Assert.Equal([3, 1, 2, 5, 4], sample);
    }
}
