namespace Plumbline.Histograms.Tests;

public sealed class InconsistentFiguresTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(0)]
    [InlineData(-3)]
    public void A_count_that_differs_from_the_buckets_is_refused(long count) =>
        AssertRefused([new(10, 1), new(20, 2)], count, sumNs: 50, minNs: 10, maxNs: 20);

    [Theory]
    [InlineData(-1)]
    [InlineData(BucketLayout.BucketCount)]
    public void A_bucket_outside_the_layout_is_refused(int index) =>
        AssertRefused([new(index, 1)], count: 1, sumNs: 10, minNs: 10, maxNs: 10);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_bucket_without_latencies_is_refused(long bucketCount) =>
        AssertRefused([new(10, 1), new(20, bucketCount)], 1 + bucketCount, sumNs: 10, minNs: 10, maxNs: 20);

    [Fact]
    public void A_bucket_given_twice_is_refused() =>
        AssertRefused([new(10, 1), new(10, 1)], count: 2, sumNs: 20, minNs: 10, maxNs: 10);

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(-1)]
    public void A_minimum_outside_the_lowest_bucket_is_refused(long minNs) =>
        AssertRefused([new(10, 1), new(20, 1)], count: 2, sumNs: 30, minNs, maxNs: 20);

    [Theory]
    [InlineData(19)]
    [InlineData(21)]
    [InlineData(long.MaxValue)]
    public void A_maximum_outside_the_highest_bucket_is_refused(long maxNs) =>
        AssertRefused([new(10, 1), new(20, 1)], count: 2, sumNs: 30, minNs: 10, maxNs);

    [Fact]
    public void A_minimum_above_the_maximum_is_refused()
    {
        int index = BucketLayout.IndexOf(1_000_000);
        AssertRefused(
            [new(index, 1)],
            count: 1,
            sumNs: 1_000_000,
            BucketLayout.UpperEdgeNs(index),
            BucketLayout.LowerEdgeNs(index));
    }

    [Fact]
    public void Negative_overflow_is_refused() => Assert.ThrowsAny<ArgumentException>(
        () => LatencyHistogram.FromBuckets([new(10, 1)], 1, 10, 10, 10, overflow: -1));

    private static void AssertRefused(
        KeyValuePair<int, long>[] buckets, long count, long sumNs, long minNs, long maxNs) =>
        Assert.ThrowsAny<ArgumentException>(
            () => LatencyHistogram.FromBuckets(buckets, count, sumNs, minNs, maxNs, overflow: 0));
}
