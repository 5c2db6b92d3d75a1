namespace Plumbline.Histograms.Tests;

public sealed class BucketLayoutTests
{
    private static readonly Gen<int> s_index = Gen.Int[0, BucketLayout.BucketCount - 1];

    private static IEnumerable<int> Indices => Enumerable.Range(0, BucketLayout.BucketCount);

    [Fact]
    public void Every_value_lies_between_the_edges_of_its_bucket() => Latencies.InRange.Sample(
        value =>
        {
            int index = BucketLayout.IndexOf(value);
            Assert.InRange(value, BucketLayout.LowerEdgeNs(index), BucketLayout.UpperEdgeNs(index));
        },
        iter: 100_000);

    [Fact]
    public void No_bucket_is_wider_than_one_128th_of_a_value_in_it() => Latencies.InRange
        .Where(value => value >= 256)
        .Sample(value => Assert.InRange(WidthOf(BucketLayout.IndexOf(value)) * 128, 1, value), iter: 100_000);

    [Fact]
    public void Each_value_below_256_has_its_own_bucket()
    {
        for (int value = 0; value < 256; value++)
        {
            Assert.Equal(value, BucketLayout.IndexOf(value));
            Assert.Equal(1, WidthOf(value));
        }
    }

    [Fact]
    public void No_bucket_is_wider_than_one_128th_of_its_lower_edge() => Assert.All(
        Indices.Skip(256), index => Assert.InRange(WidthOf(index) * 128, 1, BucketLayout.LowerEdgeNs(index)));

    [Fact]
    public void Every_bucket_counts_both_of_its_edges() => Assert.All(Indices, index =>
    {
        Assert.Equal(index, BucketLayout.IndexOf(BucketLayout.LowerEdgeNs(index)));
        Assert.Equal(index, BucketLayout.IndexOf(BucketLayout.UpperEdgeNs(index)));
    });

    [Fact]
    public void Buckets_cover_the_range_without_gap_or_overlap()
    {
        Assert.Equal(0, BucketLayout.LowerEdgeNs(0));
        Assert.All(Indices.Skip(1), index => Assert.Equal(
            BucketLayout.UpperEdgeNs(index - 1) + 1, BucketLayout.LowerEdgeNs(index)));
        Assert.Equal((1L << 36) - 1, BucketLayout.UpperEdgeNs(BucketLayout.BucketCount - 1));
    }

    [Fact]
    public void A_larger_value_never_has_a_smaller_index() => Gen.Select(Latencies.InRange, Latencies.InRange).Sample(
        (one, other) => Assert.True(
            BucketLayout.IndexOf(Math.Min(one, other)) <= BucketLayout.IndexOf(Math.Max(one, other))),
        iter: 100_000);

    [Fact]
    public void A_value_above_the_range_has_no_bucket() => Latencies.AboveRange.Sample(
        value => { Assert.Throws<ArgumentOutOfRangeException>(() => BucketLayout.IndexOf(value)); });

    [Fact]
    public void The_first_value_above_the_range_has_no_bucket() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BucketLayout.IndexOf(1L << 36));

    [Fact]
    public void A_negative_value_has_no_bucket() => Gen.Long[long.MinValue, -1].Sample(
        value => { Assert.Throws<ArgumentOutOfRangeException>(() => BucketLayout.IndexOf(value)); });

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(BucketLayout.BucketCount)]
    [InlineData(int.MaxValue)]
    public void An_index_outside_the_layout_has_no_edges(int index)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => BucketLayout.LowerEdgeNs(index));
        Assert.Throws<ArgumentOutOfRangeException>(() => BucketLayout.UpperEdgeNs(index));
    }

    [Fact]
    public void Edges_rise_with_the_index() => Gen.Select(s_index, s_index).Where((one, other) => one < other).Sample(
        (one, other) => Assert.True(BucketLayout.UpperEdgeNs(one) < BucketLayout.LowerEdgeNs(other)));

    private static long WidthOf(int index) => BucketLayout.UpperEdgeNs(index) - BucketLayout.LowerEdgeNs(index) + 1;
}
