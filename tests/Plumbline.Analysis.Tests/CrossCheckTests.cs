using Plumbline.Analysis.CrossChecks;
using Plumbline.Contracts;
using Plumbline.Statistics;
using Plumbline.Store;

namespace Plumbline.Analysis.Tests;

public sealed class CrossCheckTests : IDisposable
{
    private readonly ResultsFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Round_trips_that_grow_as_packets_one_way_do_have_ratio_1_and_an_interval_around_it()
    {
        CrossCheckPair pair = Assert.Single(Check(growth: 1).Pairs);

        Assert.Equal((At(100, Position.First), At(100, Position.Last)), (pair.From, pair.To));
        Assert.InRange(pair.OneWayDeltaNs, 49_000, 51_000);
        Assert.InRange(pair.Ratio!.Value, 0.97, 1.03);
        Assert.InRange(1, pair.Interval!.Low, pair.Interval.High);
        Assert.InRange(pair.Ratio.Value, pair.Interval.Low, pair.Interval.High);
        Assert.InRange(pair.Interval.High - pair.Interval.Low, 0.001, 0.2);
        Assert.Equal((true, false), (pair.Judged, pair.Flagged));
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(0.5)]
    [InlineData(-1.0)]
    public void Round_trips_that_grow_otherwise_are_flagged(double growth)
    {
        CrossCheck check = Check(growth);

        Assert.InRange(Assert.Single(check.Pairs).Ratio!.Value, growth - 0.05, growth + 0.05);
        Assert.Equal((1, 1, 1), (check.JudgedPairs, check.FlaggedPairs, check.FlaggedPairsThatExcludeOne));
    }

    [Fact]
    public void A_flagged_pair_whose_builds_disagree_as_much_has_an_interval_that_includes_1()
    {
        Experiment experiment = new(_file);
        (double, double)[] trials =
        [
            (20_000, 20_500),
            (22_000, 60_000),
            (21_000, 40_000),
            (20_500, 30_000),
            (21_500, 50_000),
        ];
        foreach ((int build, (double oneWayNs, double roundTripNs)) in trials.Index())
        {
            experiment.OneWay(Planes.IptablesNft, 100, Position.First, 2_000, build);
            experiment.RoundTrip(Planes.IptablesNft, 100, Position.First, 10_000, build);
            experiment.OneWay(Planes.IptablesNft, 100, Position.Last, oneWayNs, build);
            experiment.RoundTrip(Planes.IptablesNft, 100, Position.Last, roundTripNs, build);
        }

        CrossCheck check = experiment.Check();

        Assert.Equal((true, false), (check.Pairs[0].Flagged, check.Pairs[0].ExcludesOne));
        Assert.Equal((1, 0), (check.FlaggedPairs, check.FlaggedPairsThatExcludeOne));
    }

    [Fact]
    public void A_pair_that_hardly_differs_one_way_has_a_ratio_and_is_not_judged()
    {
        CrossCheck check = Check(growth: 2, oneWayDeltaNs: 3_000);

        CrossCheckPair pair = Assert.Single(check.Pairs);
        Assert.InRange(pair.Ratio!.Value, 1.5, 2.5);
        Assert.Equal((false, false), (pair.Judged, pair.Flagged));
        Assert.Equal((0, 0), (check.JudgedPairs, check.FlaggedPairs));
        Assert.Null(check.MedianRatio);
        Assert.Null(check.SmallestRatio);
    }

    [Fact]
    public void One_build_of_a_measure_gives_a_ratio_without_an_interval()
    {
        CrossCheckPair pair = Assert.Single(Check(growth: 1, roundTripBuilds: 1).Pairs);

        Assert.NotNull(pair.Ratio);
        Assert.Null(pair.Interval);
        Assert.True(pair.Judged);
    }

    [Fact]
    public void Without_round_trips_or_without_one_way_there_are_no_pairs()
    {
        Assert.Empty(Check(growth: 1, roundTripBuilds: 0).Pairs);
        Assert.Empty(Check(growth: 1, oneWayBuilds: 0).Pairs);
    }

    [Fact]
    public void Cells_that_do_not_differ_one_way_have_neither_ratio_nor_interval()
    {
        Experiment experiment = new(_file);
        foreach (Position position in new[] { Position.First, Position.Last })
        {
            for (int build = 0; build < 3; build++)
            {
                experiment.OneWay(Planes.IptablesNft, 100, position, 2_000, build);
                experiment.RoundTrip(Planes.IptablesNft, 100, position, 20_000, build);
            }
        }

        CrossCheckPair pair = Assert.Single(experiment.Check().Pairs);
        Assert.Equal(((double?)null, (Interval?)null, false), (pair.Ratio, pair.Interval, pair.Judged));
    }

    [Fact]
    public void Pairs_are_within_a_data_plane_or_at_the_same_Services_and_position_and_without_the_baseline()
    {
        Experiment experiment = new(_file);
        foreach (DataPlane dataPlane in new[] { DataPlane.NoRules, Planes.IptablesNft, Planes.Nftables })
        {
            foreach (int services in new[] { 100, 1_000 })
            {
                foreach (Position position in new[] { Position.First, Position.Last })
                {
                    experiment.OneWay(dataPlane, services, position, 2_000);
                    experiment.RoundTrip(dataPlane, services, position, 20_000);
                }
            }
        }

        CrossCheck check = experiment.Check();

        // 4 cells make 6 pairs in each of 2 data planes; and 4 pairs are across.
        Assert.Equal(6 + 6 + 4, check.Pairs.Count);
        Assert.All(check.Pairs, pair => Assert.True(
            pair.From.DataPlane == pair.To.DataPlane
            || (pair.From.Services == pair.To.Services && pair.From.Position == pair.To.Position)));
        Assert.Equal(
            check.Pairs.Count,
            check.Pairs.Select(pair => new HashSet<Cell> { pair.From, pair.To })
                .Distinct(HashSet<Cell>.CreateSetComparer()).Count());
        Assert.DoesNotContain(check.Pairs, pair => pair.From.IsBaseline || pair.To.IsBaseline);
    }

    [Fact]
    public void Flagged_attempts_are_in_no_pair()
    {
        Experiment experiment = new(_file);
        foreach (Position position in new[] { Position.First, Position.Last })
        {
            experiment.OneWay(Planes.IptablesNft, 100, position, 2_000);
            experiment.RoundTrip(
                Planes.IptablesNft, 100, position, 20_000, 0, position == Position.Last ? [TrialFlag.PacketsLost] : []);
        }

        Assert.Empty(experiment.Check().Pairs);
    }

    [Fact]
    public void The_ratios_are_those_of_the_judged_pairs()
    {
        Experiment experiment = new(_file);
        (int Services, double RoundTripNs)[] cells = [(1, 20_000), (2, 30_000), (3, 60_000)];
        foreach ((int services, double roundTripNs) in cells)
        {
            experiment.OneWay(Planes.IptablesNft, services, Position.Last, services * 10_000);
            experiment.RoundTrip(Planes.IptablesNft, services, Position.Last, roundTripNs);
        }

        CrossCheck check = experiment.Check();

        // Ratios are 1 (1 to 2), 2 (1 to 3) and 3 (2 to 3).
        Assert.Equal((3, 3, 2), (check.Pairs.Count, check.JudgedPairs, check.FlaggedPairs));
        Assert.Equal(2, check.MedianRatio!.Value, 0.03);
        Assert.Equal((1, 3), (Math.Round(check.SmallestRatio!.Value, 1), Math.Round(check.LargestRatio!.Value, 1)));
    }

    private static Cell At(int services, Position position) => Cell.Of(Planes.IptablesNft, services, position);

    /// <summary>
    /// Two cells that differ one-way as given, and in their round trips by <paramref name="growth"/> times as much.
    /// </summary>
    private CrossCheck Check(
        double growth, double oneWayDeltaNs = 50_000, int oneWayBuilds = 5, int roundTripBuilds = 5)
    {
        Experiment experiment = new(_file);
        foreach (Position position in new[] { Position.First, Position.Last })
        {
            double delta = position == Position.Last ? oneWayDeltaNs : 0;
            int side = position == Position.Last ? 1 : -1;
            for (int build = 0; build < oneWayBuilds; build++)
            {
                experiment.OneWay(Planes.IptablesNft, 100, position, 2_000 + delta + 11 * build * build, build);
            }

            for (int build = 0; build < roundTripBuilds; build++)
            {
                experiment.RoundTrip(
                    Planes.IptablesNft, 100, position, 90_000 + growth * delta + 197 * side * (build - 2), build);
            }
        }

        return experiment.Check();
    }

    /// <summary>Trials in which every packet takes the same time, so that their percentiles are known.</summary>
    private sealed class Experiment(ResultsFile file)
    {
        private readonly Messages _messages = new();

        private readonly List<TrialMeasured> _trials = [];

        public void OneWay(DataPlane dataPlane, int services, Position position, double ns, int build = 0) =>
            _trials.Add(_messages.Trial(
                1 + build, _trials.Count, dataPlane, services, position, Enumerable.Repeat((long)ns, 30)));

        public void RoundTrip(
            DataPlane dataPlane,
            int services,
            Position position,
            double ns,
            int build = 0,
            params TrialFlag[] flags) => _trials.Add(_messages.RoundTrip(
                1 + build, _trials.Count, dataPlane, services, position, Enumerable.Repeat((long)ns, 30), 1, flags));

        public CrossCheck Check()
        {
            using ResultsStore store = file.Open();
            store.RecordStarted(_messages.Built(5));
            _trials.ForEach(trial => store.RecordTrial(trial));
            return CrossCheck.Of(store.Load(_messages.ExperimentId));
        }
    }
}
