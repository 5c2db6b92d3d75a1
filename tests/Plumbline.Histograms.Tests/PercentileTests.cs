using HdrHistogram;

namespace Plumbline.Histograms.Tests;

public sealed class PercentileTests
{
    /// <summary>The width of a bucket, divided by its lower edge.</summary>
    private const double OwnError = 1 / 128.0;

    /// <summary>Half a nanosecond: what a whole number of them leaves open.</summary>
    private const double Rounding = 0.5;

    private static readonly Gen<double> s_percent = Gen.OneOf<double>(
        Gen.OneOf(0.1, 1.0, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9),
        Gen.Int[1, 999].Select(tenths => tenths / 10.0));

    [Fact]
    public void A_percentile_is_within_a_buckets_width_of_the_exact_nearest_rank() =>
        Gen.Select(Gen.Int[1, 3_000].SelectMany(Latencies.Realistic), s_percent).Sample((values, percent) =>
        {
            int rank = NearestRank(values.Length, percent);
            double? stated = LatencyHistogram.FromValues(values).PercentileNs(percent);

            Assert.Equal(values.Length - rank >= 10, stated is not null);
            if (stated is { } percentile)
            {
                long exact = values.Order().ElementAt(rank - 1);
                Assert.InRange(percentile, exact * (1 - OwnError) - Rounding, exact * (1 + OwnError) + Rounding);
            }
        });

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_percentile_agrees_with_HdrHistogram_within_both_errors(int digits) =>
        Gen.Select(Latencies.Realistic(2_000), Gen.OneOf(1.0, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0)).Sample(
            (values, percent) =>
            {
                LongHistogram reference = new(BucketLayout.MaxValueNs, digits);
                foreach (long value in values)
                {
                    reference.RecordValue(value);
                }

                long theirs = reference.GetValueAtPercentile(percent);
                double ours = Assert.NotNull(LatencyHistogram.FromValues(values).PercentileNs(percent));
                double bothErrors = OwnError + Math.Pow(10, -digits);
                Assert.InRange(ours, theirs * (1 - bothErrors) - Rounding, theirs * (1 + bothErrors) + Rounding);
            });

    [Theory]
    [InlineData(1_000, 99, true)]
    [InlineData(999, 99, false)]
    [InlineData(10_000, 99.9, true)]
    [InlineData(9_999, 99.9, false)]
    [InlineData(20, 50, true)]
    [InlineData(19, 50, false)]
    [InlineData(10, 0.1, false)]
    [InlineData(11, 0.1, true)]
    public void A_percentile_needs_ten_latencies_above_it(int count, double percent, bool stated)
    {
        LatencyHistogram histogram = UpTo(count);

        Assert.Equal(stated, histogram.PercentileNs(percent) is not null);
    }

    [Fact]
    public void A_percentile_below_256_ns_is_exact()
    {
        LatencyHistogram histogram = UpTo(200);

        Assert.Equal(100, histogram.PercentileNs(50));
        Assert.Equal(1, histogram.PercentileNs(0.1));
        Assert.Equal(190, histogram.PercentileNs(95));
    }

    [Fact]
    public void Within_a_bucket_a_percentile_lies_at_its_ranks_place()
    {
        // The bucket of 1,024 to 1,031 ns has ranks 21 to 120 of 140; p50 is rank 70, the 50th of its 100.
        long[] values =
            [.. Enumerable.Repeat(900L, 20), .. Enumerable.Repeat(1_027L, 100), .. Enumerable.Repeat(2_000L, 20)];

        Assert.Equal(1_024 - 0.5 + 8 * 49.5 / 100, LatencyHistogram.FromValues(values).PercentileNs(50)!.Value, 1e-9);
    }

    [Fact]
    public void A_shift_of_a_nanosecond_across_a_buckets_edge_moves_a_percentile_by_about_that()
    {
        double[] medians =
        [
            .. Enumerable.Range(0, 16).Select(shift => LatencyHistogram.FromValues(
                Enumerable.Range(0, 2_000).Select(value => 1_000L + value % 101 + shift)).PercentileNs(50)!.Value),
        ];

        Assert.All(medians.Zip(medians.Skip(1), (one, next) => next - one), step => Assert.InRange(step, 0.5, 1.5));
    }

    [Fact]
    public void A_percentile_is_never_outside_the_measured_range() =>
        Gen.Select(Latencies.InRange.Array[11, 200], s_percent).Sample((values, percent) =>
        {
            if (LatencyHistogram.FromValues(values).PercentileNs(percent) is { } percentile)
            {
                Assert.InRange(percentile, values.Min(), values.Max());
            }
        });

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    public void A_percentage_outside_0_to_100_is_refused(double percent) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LatencyHistogram.FromValues([1, 2, 3]).PercentileNs(percent));

    private static LatencyHistogram UpTo(int count) =>
        LatencyHistogram.FromValues(Enumerable.Range(1, count).Select(value => (long)value));

    /// <summary>In decimal, because there 99.9 % of 1,000 is exactly 999.</summary>
    private static int NearestRank(int count, double percent) => (int)Math.Ceiling((decimal)percent * count / 100);
}
