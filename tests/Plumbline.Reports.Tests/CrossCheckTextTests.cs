using Plumbline.Analysis.CrossChecks;
using Plumbline.Contracts;
using Plumbline.Reports.Texts;
using Plumbline.Statistics;

namespace Plumbline.Reports.Tests;

public sealed class CrossCheckTextTests
{
    private static readonly Cell s_first = Cell.Of(Planes.IptablesNft, 100, Position.First);

    private static readonly Cell s_last = Cell.Of(Planes.IptablesNft, 10_000, Position.Last);

    [Fact]
    public void The_summary_is_about_the_judged_pairs() => Assert.Equal(
        "Δround-trip / Δone-way is 2.00 (median; 1.00 to 3.00) over 3 pairs of cells that differ by more than 5 µs; "
            + "expected 1. Outside 0.80–1.25: 2; the 95 % interval of 1 of these excludes 1.",
        CrossCheckText.Summary(Check(
            Pair(10_000, 10_000), Pair(10_000, 20_000), Pair(
                10_000, 30_000, new Interval(2, 4)), Pair(1_000, 90_000))));

    [Fact]
    public void One_judged_pair_has_a_ratio_without_a_range() => Assert.Equal(
        "Δround-trip / Δone-way is 1.00 for the one pair of cells that differs by more than 5 µs; expected 1. "
            + "None is outside 0.80–1.25.",
        CrossCheckText.Summary(Check(Pair(10_000, 10_000), Pair(1_000, 90_000))));

    [Fact]
    public void Without_a_judged_pair_the_ratio_means_nothing() => Assert.Equal(
        "No pair of cells differs by more than 5 µs one-way (of 1 pair), so the ratio of the differences means "
            + "nothing.",
        CrossCheckText.Summary(Check(Pair(1_000, 90_000))));

    [Fact]
    public void Without_pairs_there_is_no_summary() => Assert.Null(CrossCheckText.Summary(Check()));

    [Fact]
    public void What_two_cells_share_is_named_once()
    {
        Assert.Equal(
            "iptables-nft first at 100 → last at 10,000: 2.00 [1.50, 2.50]",
            CrossCheckText.Pair(Pair(10_000, 20_000, new Interval(1.5, 2.5))));
        Assert.Equal(
            "nftables → iptables-nft last at 10,000: 1.00",
            CrossCheckText.Pair(Pair(10_000, 10_000) with { From = s_last.With(Planes.Nftables) }));
    }

    private static CrossCheck Check(params CrossCheckPair[] pairs) => new() { Pairs = pairs };

    private static CrossCheckPair Pair(double oneWayNs, double roundTripNs, Interval? interval = null) => new()
    {
        From = s_first,
        To = s_last,
        OneWayDeltaNs = oneWayNs,
        RoundTripDeltaNs = roundTripNs,
        RatioOfBuilds = interval is null ? null : new Estimate(roundTripNs / oneWayNs, interval, 3),
    };
}
