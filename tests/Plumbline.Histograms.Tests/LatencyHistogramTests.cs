namespace Plumbline.Histograms.Tests;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Count_sum_minimum_maximum_and_mean_are_exact() => Latencies.InRange.Array[1, 200].Sample(values =>
    {
        LatencyHistogram histogram = LatencyHistogram.FromValues(values);

        Assert.Equal(values.Length, histogram.Count);
        Assert.Equal(values.Sum(), histogram.SumNs);
        Assert.Equal(values.Min(), histogram.MinNs);
        Assert.Equal(values.Max(), histogram.MaxNs);
        Assert.Equal((double)values.Sum() / values.Length, histogram.MeanNs);
        Assert.Equal(0, histogram.Overflow);
    });

    [Fact]
    public void Values_above_the_range_count_as_overflow_and_nowhere_else() => Latencies.Sample.Sample(values =>
    {
        LatencyHistogram histogram = LatencyHistogram.FromValues(values);
        LatencyHistogram inRange = LatencyHistogram.FromValues(values.Where(value => value <= BucketLayout.MaxValueNs));

        Assert.Equal(values.Count(value => value > BucketLayout.MaxValueNs), histogram.Overflow);
        Assert.Equal(values.Length, histogram.Count + histogram.Overflow);
        AssertSame(inRange, LatencyHistogram.FromBuckets(
            histogram.Buckets, histogram.Count, histogram.SumNs, histogram.MinNs, histogram.MaxNs, overflow: 0));
    });

    [Fact]
    public void Overflow_does_not_fill_the_last_bucket()
    {
        LatencyHistogram histogram = LatencyHistogram.FromValues([1_000, BucketLayout.MaxValueNs + 1, long.MaxValue]);

        Assert.Equal(2, histogram.Overflow);
        Assert.Equal(1, histogram.Count);
        Assert.Equal(1_000, histogram.MaxNs);
        Assert.Equal([BucketLayout.IndexOf(1_000)], histogram.Buckets.Keys);
    }

    [Fact]
    public void A_negative_value_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LatencyHistogram.FromValues([1, -1]));

    [Fact]
    public void An_empty_histogram_has_no_mean_and_no_percentile()
    {
        Assert.Equal(0, LatencyHistogram.Empty.Count);
        Assert.Equal(double.NaN, LatencyHistogram.Empty.MeanNs);
        Assert.Null(LatencyHistogram.Empty.PercentileNs(50));
    }

    [Fact]
    public void Merged_histograms_equal_the_histogram_of_both_samples() => Gen
        .Select(Latencies.Sample, Latencies.Sample)
        .Sample((one, other) => AssertSame(
            LatencyHistogram.FromValues([.. one, .. other]),
            LatencyHistogram.FromValues(one).Merge(LatencyHistogram.FromValues(other))));

    [Fact]
    public void Merging_commutes() => Gen.Select(Latencies.Sample, Latencies.Sample).Sample((one, other) =>
    {
        LatencyHistogram first = LatencyHistogram.FromValues(one);
        LatencyHistogram second = LatencyHistogram.FromValues(other);
        AssertSame(first.Merge(second), second.Merge(first));
    });

    [Fact]
    public void Merging_associates() => Gen
        .Select(Latencies.Sample, Latencies.Sample, Latencies.Sample)
        .Sample((a, b, c) =>
        {
            LatencyHistogram first = LatencyHistogram.FromValues(a);
            LatencyHistogram second = LatencyHistogram.FromValues(b);
            LatencyHistogram third = LatencyHistogram.FromValues(c);
            AssertSame(first.Merge(second).Merge(third), first.Merge(second.Merge(third)));
        });

    [Fact]
    public void Merging_with_an_empty_histogram_changes_nothing() => Latencies.Sample.Sample(values =>
    {
        LatencyHistogram histogram = LatencyHistogram.FromValues(values);
        AssertSame(histogram, histogram.Merge(LatencyHistogram.Empty));
        AssertSame(histogram, LatencyHistogram.Empty.Merge(histogram));
    });

    [Fact]
    public void Merging_does_not_change_either_histogram()
    {
        LatencyHistogram one = LatencyHistogram.FromValues([1, 2, 3]);
        LatencyHistogram other = LatencyHistogram.FromValues([3, 4_000]);

        one.Merge(other);

        AssertSame(LatencyHistogram.FromValues([1, 2, 3]), one);
        AssertSame(LatencyHistogram.FromValues([3, 4_000]), other);
    }

    [Fact]
    public void A_histogram_can_be_rebuilt_from_its_figures() => Latencies.Sample.Sample(values =>
    {
        LatencyHistogram histogram = LatencyHistogram.FromValues(values);
        AssertSame(histogram, LatencyHistogram.FromBuckets(
            histogram.Buckets, histogram.Count, histogram.SumNs, histogram.MinNs, histogram.MaxNs, histogram.Overflow));
    });

    internal static void AssertSame(LatencyHistogram expected, LatencyHistogram actual)
    {
        Assert.Equal(
            (expected.Count, expected.SumNs, expected.MinNs, expected.MaxNs, expected.Overflow),
            (actual.Count, actual.SumNs, actual.MinNs, actual.MaxNs, actual.Overflow));
        Assert.Equal(expected.Buckets, actual.Buckets);
    }
}
