using MathNet.Numerics.Statistics;

namespace Plumbline.Statistics.Tests;

public sealed class PublishedExampleTests
{
    /// <summary>Task A of 26 neurologically impaired children: Efron and Tibshirani (1993), table 14.1.</summary>
    private static readonly double[] s_spatial =
        [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41];

    /// <summary>Survival of treated and untreated mice, in days: Efron and Tibshirani (1993), table 2.1.</summary>
    private static readonly double[] s_treated = [94, 197, 16, 38, 99, 141, 23];

    private static readonly double[] s_control = [52, 104, 146, 10, 51, 30, 40, 27, 46];

    [Fact]
    public void The_variance_of_the_spatial_test_has_the_acceleration_and_interval_in_the_book()
    {
        // The book has θ = 171.5, a = 0.061, z₀ = 0.146 and a 90 % BCa interval of 115.8 to 259.6, from 2,000
        // resamples.
        double[][] sample = [s_spatial];

        double acceleration = Jackknife.Acceleration(sample, Variance);
        Interval interval = BcaInterval.Of(
            171.5, Resampling.Replicates(sample, Variance, seed: 1), acceleration, 0.9)!;

        Assert.Equal(171.5, Variance(sample), 0.05);
        Assert.Equal(0.061, acceleration, 0.0005);
        Assert.InRange(interval.Low, 115.8 * 0.96, 115.8 * 1.04);
        Assert.InRange(interval.High, 259.6 * 0.96, 259.6 * 1.04);

        static double Variance(double[][] samples) => samples[0].PopulationVariance();
    }

    [Fact]
    public void The_mean_of_a_skewed_sample_has_the_interval_that_R_gives()
    {
        // R's boot.ci with a million resamples: BCa 32.31 to 91.43. The percentile interval is 28.86 to 84.21.
        double[] sample = [10, 12, 12.5, 12.5, 13.9, 15, 21, 22, 23, 34, 50, 81, 89, 121, 134, 213];

        Interval interval = Bootstrap.Of([sample], samples => samples[0].Average(), seed: 1).Interval!;

        Assert.InRange(interval.Low, 32.31 * 0.97, 32.31 * 1.03);
        Assert.InRange(interval.High, 91.43 * 0.97, 91.43 * 1.03);
    }

    [Fact]
    public void The_difference_in_skewness_of_two_samples_has_the_interval_that_R_gives()
    {
        // From SciPy's test suite: the middle of wBoot's BCa interval is −1.5519. Other bootstrap intervals are off by
        // more than 15 %.
        double[] x = [0.75859206, 0.5910282, -0.4419409, -0.36654601, 0.34955357, -1.38835871, 0.76735821];
        double[] y = [1.41186073, 0.49775975, 0.08275588, 0.24086388, 0.03567057, 0.52024419, 0.31966611, 1.32067634];

        Interval interval = Bootstrap
            .Of([x, y], samples => Skewness(samples[0]) - Skewness(samples[1]), seed: 1).Interval!;

        Assert.Equal(-1.5519, (interval.Low + interval.High) / 2, 0.05 * 1.5519);

        static double Skewness(double[] values)
        {
            double skewness = values.PopulationSkewness();
            return double.IsFinite(skewness) ? skewness : 0;
        }
    }

    [Fact]
    public void The_difference_of_the_mice_is_that_in_the_book_and_may_be_zero()
    {
        Estimate difference = Bootstrap.DifferenceOfMedians(s_treated, s_control, seed: 1);

        Assert.Equal(94 - 46, difference.Value);
        Assert.Equal(7, difference.Trials);
        Assert.True(difference.Interval!.Contains(0));
    }

    [Fact]
    public void The_line_of_the_Norris_data_is_the_one_that_NIST_certifies()
    {
        // NIST StRD, Norris: y = B0 + B1 x.
        double[] x =
        [
            0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4, 0.6, 775.5, 666.9,
            338.0, 447.5, 11.6, 556.0, 228.1, 995.8, 887.6, 120.2, 0.3, 0.3, 556.8, 339.1, 887.2, 999.0, 779.0,
            11.1, 118.3, 229.2, 669.1, 448.9, 0.5,
        ];
        double[] y =
        [
            0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1, 778.1, 668.8, 339.3,
            448.9, 10.8, 557.7, 228.3, 998.0, 888.8, 119.6, 0.3, 0.6, 557.6, 339.3, 888.0, 998.5, 778.9, 10.2,
            117.6, 228.9, 668.4, 449.2, 0.2,
        ];

        StraightLine line = StraightLine.Fit(x, y, [.. x.Select(_ => 1.0)]);

        Assert.Equal(-0.262323073774029, line.Intercept, 1e-11);
        Assert.Equal(1.00211681802045, line.Slope, 1e-13);
    }
}
