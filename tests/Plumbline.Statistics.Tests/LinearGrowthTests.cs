using MathNet.Numerics.Distributions;

namespace Plumbline.Statistics.Tests;

public sealed class LinearGrowthTests(ITestOutputHelper output)
{
    private static readonly int[] s_sizes = [100, 1_000, 5_000, 10_000];

    /// <summary>Measured: 300 ns at 2 µs, 1.7 µs at 166 µs.</summary>
    private static double Noise(double ns) => Math.Sqrt(300 * 300 + 0.01 * ns * 0.01 * ns);

    /// <summary>Requires 95 %, minus what chance explains.</summary>
    [Theory]
    [InlineData(5, 15.4)]
    [InlineData(5, 0)]
    [InlineData(10, 15.4)]
    public void The_interval_covers_the_slope_as_often_as_stated_although_larger_latencies_vary_more(
        int trials, double slope)
    {
        const int Repetitions = 500;
        double coverage = Simulation.Share(
            (random, seed) => LinearGrowth
                .Of(Trials(size => 2_000 + slope * size, trials, random), seed)!.Slope.Interval!.Contains(slope),
            Repetitions);

        output.WriteLine($"{trials} trials, slope {slope}: {coverage:F3}");
        double least = Interval.Level - Simulation.Chance(Interval.Level, Repetitions);
        Assert.True(coverage >= least, $"covers {coverage:P1}");
    }

    [Fact]
    public void Weights_protect_the_intercept_from_the_noise_at_the_largest_size()
    {
        // Without weights the largest size's noise spreads the intercept by a third more. Measured standard deviations:
        // 152 ns and 117 ns.
        double[] weighted = [.. Lines().Select(line => line.Intercept)];
        double[] plain = [.. Lines(weigh: false).Select(line => line.Intercept)];

        Assert.Equal(2_000, weighted.Average(), 50.0);
        Assert.True(Spread(weighted) < 0.85 * Spread(plain), $"{Spread(weighted)} against {Spread(plain)}");

        static double Spread(double[] values) =>
            MathNet.Numerics.Statistics.ArrayStatistics.StandardDeviation(values);

        static IEnumerable<StraightLine> Lines(bool weigh = true) => Enumerable.Range(1, 100).Select(seed =>
        {
            GrowthSample sample = GrowthSample.Of(Trials(size => 2_000 + 15.4 * size, 5, new Random(seed)));
            double[] equal = [.. sample.Sizes.Select(_ => 1.0)];
            return StraightLine.Fit(sample.Sizes, sample.Means, weigh ? sample.Weights : equal);
        });
    }

    [Fact]
    public void A_line_without_noise_is_found_exactly()
    {
        LinearGrowth growth = LinearGrowth.Of(Exactly(size => 2_000 + 5.3 * size), 1)!;

        Assert.Equal(5.3, growth.Slope.Value, 1e-9);
        Assert.Equal(2_000, growth.Line.Intercept, 1e-6);
        Assert.Equal(5.3, growth.Slope.Interval!.Low, 1e-9);
        Assert.Equal(5.3, growth.Slope.Interval.High, 1e-9);
        Assert.True(growth.LinearOverConstant > 100 && double.IsFinite(growth.LinearOverConstant));
        Assert.Equal((100, 10_000), (growth.Smallest, growth.Largest));
        Assert.Equal(5.3 * 9_900, growth.Rise, 1e-5);
        Assert.InRange(growth.Departure, 0, 1e-9);
    }

    [Fact]
    public void Equal_trials_at_every_size_have_no_slope_and_no_departure()
    {
        LinearGrowth growth = LinearGrowth.Of(Exactly(_ => 340.5), 1)!;

        Assert.Equal(0, growth.Slope.Value, 1e-9);
        Assert.InRange(growth.Span, 0, 1e-9);
        Assert.Equal(-2.8, growth.LinearOverConstant, 0.1);
    }

    [Fact]
    public void The_models_are_compared_by_AICc()
    {
        // By hand: the constant leaves 24.06, the line 0.06. Weights are equal because a mean is not positive.
        (double, double)[] trials =
            [(-1, -2.1), (-1, -1.9), (-1, -2), (0, 0.1), (0, -0.1), (0, 0), (1, 2.1), (1, 1.9), (1, 2)];
        double constant = 9 * Math.Log(24.06 / 9) + 4 + 12 / 6.0;
        double line = 9 * Math.Log(0.06 / 9) + 6 + 24 / 5.0;

        Assert.Equal(constant - line, LinearGrowth.Of(trials, 1)!.LinearOverConstant, 1e-9);
    }

    [Fact]
    public void Lack_of_fit_is_found_in_curves_and_in_lines_no_more_often_than_by_chance()
    {
        double inLines = Simulation.Share(
            (random, seed) => Probability(size => 2_000 + 15.4 * size, random, seed) < 0.05, 200);
        double inCurves = Simulation.Share(
            (random, seed) => Probability(size => 2_000 + 0.0015 * size * size, random, seed) < 0.05, 50);

        output.WriteLine($"lines {inLines:F3}, curves {inCurves:F3}");
        Assert.InRange(inLines, 0, 0.05 + Simulation.Chance(0.05, 200));
        Assert.Equal(1, inCurves);

        static double Probability(Func<double, double> latency, Random random, int seed) =>
            LinearGrowth.Of(Trials(latency, 5, random), seed)!.LackOfFitProbability;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Fewer_than_two_sizes_have_no_growth(int sizes) =>
        Assert.Null(LinearGrowth.Of(Exactly(_ => 1).Where(trial => trial.Size <= 100 * sizes), 1));

    [Fact]
    public void Two_sizes_have_a_line_but_no_interval()
    {
        LinearGrowth growth = LinearGrowth.Of(Exactly(size => size).Where(trial => trial.Size <= 1_000), 1)!;

        Assert.Equal(1, growth.Slope.Value, 1e-9);
        Assert.Null(growth.Slope.Interval);
        Assert.Equal(1, growth.LackOfFitProbability);
    }

    [Fact]
    public void The_line_leaves_out_a_size_with_too_few_trials()
    {
        LinearGrowth growth = LinearGrowth.Of([.. Exactly(size => size), (20_000, 1)], 1)!;

        Assert.Equal(10_000, growth.Largest);
        Assert.Equal(1, growth.Slope.Value, 1e-9);
    }

    [Fact]
    public void The_same_seed_gives_the_same_growth() => Assert.Equal(
        LinearGrowth.Of(Trials(size => size, 5, new Random(1)), 3),
        LinearGrowth.Of(Trials(size => size, 5, new Random(1)), 3));

    [Fact]
    public void The_crossing_of_two_lines_is_in_its_interval_and_without_a_crossing_there_is_no_interval()
    {
        (double, double)[] steep = Trials(size => 2_000 + 15 * size, 5, new Random(1));
        (double, double)[] flat = Trials(_ => 12_000, 5, new Random(2));

        Interval interval = LinearGrowth.IntervalOf(steep, flat, Crossing, 1)!;

        Assert.True(interval.Contains(10_000 / 15.0), $"{interval}");
        Assert.Null(LinearGrowth.IntervalOf(
            flat, Trials(_ => 12_000, 5, new Random(3)), (_, _) => double.PositiveInfinity, 1));
        Assert.Null(LinearGrowth.IntervalOf(steep, flat.Take(5), Crossing, 1));

        static double Crossing(StraightLine one, StraightLine other) =>
            (other.Intercept - one.Intercept) / (one.Slope - other.Slope);
    }

    private static (double Size, double Value)[] Trials(Func<double, double> latency, int trials, Random random) =>
    [
        .. from size in s_sizes
           from trial in Enumerable.Range(0, trials)
           select ((double)size, Normal.Sample(random, latency(size), Noise(latency(size)))),
    ];

    private static (double Size, double Value)[] Exactly(Func<double, double> latency) =>
        [.. s_sizes.SelectMany(size => Enumerable.Repeat(((double)size, latency(size)), 5))];
}
