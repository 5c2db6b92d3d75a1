namespace Plumbline.Histograms.Tests;

/// <summary>Generated latencies. All octaves are equally likely, so buckets of every width occur.</summary>
internal static class Latencies
{
    public static readonly Gen<long> InRange =
        Gen.Int[0, BucketLayout.MaxValueBits - 1].SelectMany(bits => Gen.Long[0, (2L << bits) - 1]);

    public static readonly Gen<long> AboveRange = Gen.Long[BucketLayout.MaxValueNs + 1, long.MaxValue];

    public static readonly Gen<long> Any = Gen.Frequency((9, InRange), (1, AboveRange));

    /// <summary>A sample of 0 to 100 latencies; some are above the range.</summary>
    public static readonly Gen<long[]> Sample = Any.Array[0, 100];

    /// <summary>Like real latencies: most within a few octaves, with a tail.</summary>
    public static Gen<long[]> Realistic(int count) => Gen.Long[0, 50_000].SelectMany(
        floor => Gen.Frequency((95, Gen.Long[floor, (2 * floor) + 100]), (5, InRange)).Array[count]);
}
