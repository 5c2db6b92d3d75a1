using System.Globalization;

namespace Plumbline.Histograms.Tests;

/// <summary>
/// Compares bpf/hist.h, by which the kernel counts, with <see cref="BucketLayout"/>, by which C# reads.
/// </summary>
public sealed class KernelLayoutTests(HistIndexProgram kernelSide) : IClassFixture<HistIndexProgram>
{
    private const string Golden = "tests/golden/bucket-edges.csv";

    private const ulong FirstOverflow = BucketLayout.MaxValueNs + 1;

    [Fact]
    public void C_and_CSharp_agree_at_and_next_to_both_edges_of_every_bucket()
    {
        SortedSet<ulong> values = [FirstOverflow, FirstOverflow + 1];
        for (int index = 0; index < BucketLayout.BucketCount; index++)
        {
            ulong lower = (ulong)BucketLayout.LowerEdgeNs(index);
            ulong upper = (ulong)BucketLayout.UpperEdgeNs(index);
            values.UnionWith([lower == 0 ? 0 : lower - 1, lower, lower + 1]);
            values.UnionWith([upper == 0 ? 0 : upper - 1, upper, upper + 1]);
        }

        AssertAgreed([.. values]);
    }

    [Fact]
    public void C_and_CSharp_agree_on_random_values() => Latencies.Any.Array[100_000].Sample(
        values => AssertAgreed([.. values.Select(value => (ulong)value)]),
        iter: 1);

    [Fact]
    public void C_counts_every_value_above_the_range_as_overflow() => Assert.All(
        kernelSide.IndicesOf([FirstOverflow, FirstOverflow + 1, 1UL << 40, 1UL << 63, ulong.MaxValue]),
        answer => Assert.True(answer.Index >= BucketLayout.BucketCount));

    [Fact]
    public void The_golden_edges_equal_those_of_CSharp()
    {
        string[] lines = File.ReadAllLines(Repository.File(Golden));

        Assert.Equal("index,lower_ns,upper_ns", lines[0]);
        Assert.Equal(
            Enumerable.Range(0, BucketLayout.BucketCount).Select(index => string.Create(
                CultureInfo.InvariantCulture,
                $"{index},{BucketLayout.LowerEdgeNs(index)},{BucketLayout.UpperEdgeNs(index)}")),
            lines.Skip(1));
    }

    [Fact]
    public void The_golden_edges_equal_those_of_C() =>
        Assert.Equal(File.ReadAllText(Repository.File(Golden)), kernelSide.Edges());

    private void AssertAgreed(ulong[] values)
    {
        IReadOnlyList<(ulong Value, int Index)> answers = kernelSide.IndicesOf(values);

        Assert.Equal(values, answers.Select(answer => answer.Value));
        Assert.Equal(
            values.Select(value => value >= FirstOverflow ? null : (int?)BucketLayout.IndexOf((long)value)),
            answers.Select(answer => answer.Index >= BucketLayout.BucketCount ? null : (int?)answer.Index));
    }
}
