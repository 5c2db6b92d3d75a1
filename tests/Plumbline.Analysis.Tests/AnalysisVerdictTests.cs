using MathNet.Numerics.Distributions;
using Plumbline.Analysis.Growths;
using Plumbline.Contracts;
using Plumbline.Statistics;

namespace Plumbline.Analysis.Tests;

public sealed class AnalysisVerdictTests(ITestOutputHelper output)
{
    private static readonly int[] s_sizes = [100, 1_000, 5_000, 10_000];

    private static readonly Cell s_column = Cell.Empty.With(Planes.IptablesNft).With(Position.Last);

    [Theory]
    [InlineData("O(n)", "iptables-legacy", 5.3, 0)]
    [InlineData("O(n)", "iptables-nft", 15.4, 0)]
    [InlineData("O(n)", "a list that leaves a cache", 15.7, 8)]
    [InlineData("O(n)", "a list that leaves several", 2.3, 6)]
    [InlineData("grows, then flattens", "a list that is short-cut", 15.4, -15)]
    public void What_was_planted_is_found(string expected, string what, double perService, double beyondFiveThousand)
    {
        string[] words = [.. Enumerable.Range(1, 40).Select(
            seed => Judge(n => 2_000 + perService * n + beyondFiveThousand * Math.Max(0, n - 5_000), 4, seed).Words)];

        Assert.True(words.Count(each => each == expected) >= 38, $"{what} is {string.Join(", ", words.Distinct())}");
    }

    [Fact]
    public void Growth_that_slows_down_is_not_linear() => Assert.All(
        Enumerable.Range(1, 20),
        seed => Assert.Equal("grows, then flattens", Judge(n => 2_000 + 20_000 * Math.Log10(n), 4, seed).Words));

    [Fact]
    public void Quadratic_growth_is_not_linear() => Assert.Equal(
        "grows faster than the number of Services",
        GrowthJudge.Judge(Growth((size, _) => 2_000 + 0.0015 * size * size, 4)).Words);

    [Fact]
    public void Constant_latencies_are_called_linear_at_most_one_time_in_twenty_and_constant_nine_times_in_ten()
    {
        const int Repetitions = 1_000;
        GrowthVerdict[] verdicts =
            [.. Enumerable.Range(1, Repetitions).Select(seed => Judge(_ => 2_400, 4, seed).Verdict)];

        foreach ((GrowthVerdict verdict, int count) in verdicts.CountBy(verdict => verdict))
        {
            output.WriteLine($"{verdict}: {count / (double)Repetitions:P1}");
        }

        Assert.InRange(verdicts.Count(verdict => verdict == GrowthVerdict.Linear), 0, 0.05 * Repetitions);
        Assert.InRange(verdicts.Count(verdict => verdict == GrowthVerdict.Constant), 0.9 * Repetitions, Repetitions);
    }

    [Fact]
    public void A_slope_that_is_certain_and_does_not_matter_is_constant()
    {
        LinearGrowth growth = Growth((size, build) => 2_400 + 0.001 * size + 0.1 * build, 3);

        Assert.True(growth.Slope.Interval!.Low > 0);
        Assert.Equal(GrowthVerdict.Constant, GrowthJudge.Verdict(growth));
    }

    [Fact]
    public void Noise_in_which_a_growth_by_half_could_hide_is_unclear()
    {
        GrowthVerdict[] verdicts =
        [
            .. from seed in Enumerable.Range(1, 100)
               let random = new Random(seed)
               select GrowthJudge.Verdict(Growth((_, _) => LogNormal.Sample(random, 8, 1), 3)),
        ];

        Assert.True(
            verdicts.Count(verdict => verdict == GrowthVerdict.Unclear) >= 85,
            string.Join(", ", verdicts.CountBy(verdict => verdict)));
    }

    [Fact]
    public void More_rules_that_make_packets_faster_are_unclear() => Assert.Equal(
        (GrowthVerdict.Unclear, "falls"), GrowthJudge.Judge(Growth((size, build) => 60_000 - 5 * size + build, 4)));

    [Theory]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(2, 5)]
    public void Too_few_builds_or_numbers_of_Services_are_unclear(int sizes, int builds) =>
        Assert.Equal(GrowthVerdict.Unclear, Judge(n => 2_000 + 15.4 * n, builds, 1, sizes).Verdict);

    [Fact]
    public void A_verdict_in_words_has_its_evidence()
    {
        Assert.Equal(
            "iptables-nft last: O(n), 15.4 ns per Service [15.1, 15.8]", Words("O(n)", 15.44, 15.14, 15.76));
        Assert.Equal(
            "iptables-nft last: O(1), 0.0 ns per Service [−0.02, 0.03]", Words("O(1)", -0.004, -0.02, 0.03));
        Assert.Equal(
            "iptables-nft last: unclear, −0.3 ns per Service [−0.50, 0.00]", Words("unclear", -0.26, -0.5, 0.001));

        static string Words(string words, double slope, double low, double high) =>
            GrowthText.Of(s_column, words, new Estimate(slope, new Interval(low, high), 5));
    }

    [Fact]
    public void A_knee_is_in_the_words_with_both_slopes() => Assert.Equal(
        "iptables-nft last: O(n), 15.7 ns per Service [15.5, 15.9] up to 5,000, 22.1 [21.0, 23.2] beyond",
        GrowthText.Of(
            s_column,
            "O(n)",
            new Estimate(18, new Interval(17, 19), 4),
            new GrowthKnee(
                5_000,
                new Estimate(15.7, new Interval(15.5, 15.9), 4),
                new Estimate(22.1, new Interval(21.0, 23.2), 4))));

    [Fact]
    public void Without_an_interval_the_words_have_none() =>
        Assert.Equal(
            "iptables-nft last: unclear, 15.4 ns per Service",
            GrowthText.Of(s_column, "unclear", new Estimate(15.4, null, 1)));

    /// <param name="latency">In ns; builds scatter as measured ones do, by 4 %.</param>
    private static (GrowthVerdict Verdict, string Words) Judge(
        Func<double, double> latency, int builds, int seed, int sizes = 4)
    {
        Random random = new(seed);
        return GrowthJudge.Judge(
            Growth((size, _) => latency(size) * Math.Exp(Normal.Sample(random, 0, 0.04)), builds, sizes));
    }

    private static LinearGrowth Growth(Func<double, int, double> latency, int builds, int sizes = 4) =>
        LinearGrowth.Of(BuildCurves.Of(
            from build in Enumerable.Range(0, builds)
            from size in s_sizes.Take(sizes)
            select (build, (double)size, latency(size, build)))!);
}
