using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Postgres.Tests;

public sealed class ViewTests : IDisposable
{
    private readonly ResultsFile _database = new();

    private readonly Messages _messages = new();

    private int _trial;

    public void Dispose() => _database.Dispose();

    [Fact]
    public void Latency_by_services_is_the_median_across_accepted_trials()
    {
        using ResultsStore store = _database.Open();
        foreach (long p50 in (long[])[2_000, 1_000, 1_400])
        {
            store.RecordTrial(OneWay(Planes.Nftables, 100, Position.Last, p50));
        }

        store.RecordTrial(_messages.Trial(
            1, _trial++, Planes.Nftables, 100, Position.Last, Same(9_000), 1, TrialFlag.PacketsLost));

        Assert.Equal(
            [(3, 1_400, 1_000, 2_000, 1_400)],
            _database.Query<(long, double, double, double, double)>(
                """
                SELECT trials, p50_ns, p50_min_ns, p50_max_ns, p99_ns
                FROM latency_by_services WHERE stage = 'prerouting'
                """));
        Assert.Equal(
            [("nftables", "last", "one-way", 100)],
            _database.Query<(string, string, string, long)>(
                "SELECT DISTINCT data_plane, position, measure, services FROM latency_by_services"));
    }

    [Fact]
    public void Of_an_even_number_of_trials_the_median_lies_in_the_middle()
    {
        using ResultsStore store = _database.Open();
        store.RecordTrial(OneWay(Planes.Nftables, 100, Position.Last, 1_000));
        store.RecordTrial(OneWay(Planes.Nftables, 100, Position.Last, 1_101));

        Assert.Equal(
            [1_050.5], _database.Query<double>("SELECT p50_ns FROM latency_by_services WHERE stage = 'prerouting'"));
    }

    [Fact]
    public void A_trial_with_too_few_samples_for_a_percentile_is_not_in_its_median()
    {
        using ResultsStore store = _database.Open();
        store.RecordTrial(OneWay(Planes.Nftables, 100, Position.Last, 1_000));
        store.RecordTrial(OneWay(Planes.Nftables, 100, Position.Last, 3_000, count: 500));

        Assert.Equal(
            [(2, 2_000, 1_000)],
            _database.Query<(long, double, double)>(
                "SELECT trials, p50_ns, p99_ns FROM latency_by_services WHERE stage = 'prerouting'"));
    }

    [Fact]
    public void A_stage_that_no_trial_measured_is_not_listed()
    {
        using ResultsStore store = _database.Open();
        TrialMeasured grpc = _messages.Grpc(1, _trial++, Planes.Nftables, 100, Position.Last, Same(200_000));
        store.RecordTrial(
            grpc with { Histograms = [Messages.Histogram(Stage.GrpcConnect, []), .. grpc.Histograms.Skip(1)] });

        Assert.Equal(
            ["grpc-request", "grpc-total", "grpc-worker"],
            _database.Query<string>("SELECT stage FROM latency_by_services ORDER BY stage"));
    }

    [Fact]
    public void Data_planes_are_compared_with_the_baseline()
    {
        DataPlane other = new("some-other-plane");
        using ResultsStore store = _database.Open();
        store.RecordTrial(OneWay(DataPlane.NoRules, 0, Position.None, 400));
        store.RecordTrial(RoundTrip(DataPlane.NoRules, 0, Position.None, 18_000));
        store.RecordTrial(OneWay(Planes.IptablesLegacy, 100, Position.First, 1_700));
        store.RecordTrial(OneWay(Planes.Nftables, 100, Position.First, 1_900));
        store.RecordTrial(OneWay(other, 100, Position.First, 1_500));
        store.RecordTrial(RoundTrip(Planes.Nftables, 100, Position.First, 19_900));
        store.RecordTrial(OneWay(Planes.Nftables, 1_000, Position.Last, 1_950));

        Assert.Equal(
            [
                ("iptables-legacy", 100, "first", "prerouting", 1_700, 400),
                ("nftables", 100, "first", "prerouting", 1_900, 400),
                ("nftables", 100, "first", "round-trip", 19_900, 18_000),
                ("nftables", 1_000, "last", "prerouting", 1_950, 400),
                ("some-other-plane", 100, "first", "prerouting", 1_500, 400),
            ],
            _database.Query<(string, long, string, string, double, double?)>(
                """
                SELECT data_plane, services, position, stage, p50_ns, baseline_ns
                FROM data_plane_comparison
                WHERE stage IN ('prerouting', 'round-trip')
                ORDER BY data_plane, services, stage
                """));
    }

    [Fact]
    public void Cells_that_differ_on_an_axis_without_a_column_stay_apart_and_have_the_baseline_of_their_own_family()
    {
        using ResultsStore store = _database.Open();
        store.RecordTrial(On("ipv4", OneWay(DataPlane.NoRules, 0, Position.None, 400)));
        store.RecordTrial(On("ipv6", OneWay(DataPlane.NoRules, 0, Position.None, 500)));
        store.RecordTrial(On("ipv4", OneWay(Planes.Nftables, 100, Position.Last, 1_000), "64"));
        store.RecordTrial(On("ipv4", OneWay(Planes.Nftables, 100, Position.Last, 2_000), "1500"));
        store.RecordTrial(On("ipv6", OneWay(Planes.Nftables, 100, Position.Last, 3_000), "64"));

        Assert.Equal(
            [("ipv4", "1500", 2_000, 400), ("ipv4", "64", 1_000, 400), ("ipv6", "64", 3_000, 500)],
            _database.Query<(string, string, double, double)>(
                """
                SELECT cell ->> 'family', cell ->> 'packetSize', p50_ns, baseline_ns
                FROM data_plane_comparison WHERE stage = 'prerouting' ORDER BY 1, 2
                """));

        static TrialMeasured On(string family, TrialMeasured measured, string? packetSize = null) => measured with
        {
            Trial = measured.Trial with
            {
                Cell = measured.Trial.Cell.With(Axes.Family, family).With(Axes.Of("packetSize"), packetSize),
            },
        };
    }

    [Fact]
    public void Programming_latency_is_that_of_each_data_plane_and_size()
    {
        using ResultsStore store = _database.Open();
        store.RecordStep(_messages.Scaled(0, 0, (DataPlane.NoRules, 0)));
        store.RecordStep(_messages.Scaled(1, 100, (Planes.Nftables, 5_000_000), (Planes.IptablesNft, 7_000_000)));
        store.RecordStep(_messages.Scaled(2, 100, (Planes.Nftables, 6_000_000)));

        Assert.Equal(
            [("iptables-nft", 100, 1, 7.0, 70.0), ("nftables", 100, 2, 5.5, 55.0)],
            _database.Query<(string, long, long, double, double)>(
                """
                SELECT data_plane, services, steps, programming_ms, us_per_service
                FROM programming_latency ORDER BY data_plane
                """));
    }

    [Fact]
    public void Programming_latency_is_of_the_latest_run_of_a_step()
    {
        using ResultsStore store = _database.Open();
        store.RecordStep(_messages.Scaled(1, 100, (Planes.Nftables, 9_000_000)) with { Run = 2 });
        store.RecordStep(_messages.Scaled(1, 100, (Planes.Nftables, 5_000_000), (Planes.IptablesNft, 7_000_000)));
        store.RecordStep(_messages.Scaled(1, 100, (Planes.Nftables, 6_000_000)) with { Run = 1 });
        store.RecordStep(_messages.Scaled(2, 100, (Planes.Nftables, 8_000_000)));

        Assert.Equal(
            [("iptables-nft", 1, 7.0), ("nftables", 2, 8.5)],
            _database.Query<(string, long, double)>(
                "SELECT data_plane, steps, programming_ms FROM programming_latency ORDER BY data_plane"));
    }

    [Fact]
    public void Nodes_of_a_cluster_stay_apart_in_every_view()
    {
        using ResultsStore store = _database.Open();
        Messages messages = ClusterExperiment.Record(store, ClusterExperiment.MessagesOf("worker-1", "worker-2"));

        Assert.Equal(
            [("worker-1", 3), ("worker-2", 3)],
            _database.Query<(string, long)>(
                """
                SELECT node, trials
                FROM latency_by_services
                WHERE stage = 'prerouting' AND services = 1000 AND position = 'last'
                ORDER BY node
                """));
        IReadOnlyList<(string Node, double First, double None)> compared = _database.Query<(string, double, double)>(
            """
            SELECT node, p50_ns, baseline_ns
            FROM data_plane_comparison
            WHERE services = 100 AND position = 'first' AND stage = 'prerouting'
            ORDER BY node
            """);
        Assert.Equal(["worker-1", "worker-2"], compared.Select(row => row.Node));
        for (int index = 0; index < 2; index++)
        {
            Assert.InRange(
                compared[index].First,
                ClusterExperiment.Prerouting(index, 100, Position.First),
                1.05 * ClusterExperiment.Prerouting(index, 100, Position.First));
            Assert.InRange(compared[index].None, 400 * (1 + index), 420 * (1 + index));
        }

        Assert.Equal(
            messages.Spec.Nodes, _database.Query<string>("SELECT DISTINCT node FROM trial_attempt ORDER BY node"));
    }

    [Fact]
    public void Programming_latency_of_a_cluster_is_that_of_each_node()
    {
        using ResultsStore store = _database.Open();
        Messages messages = ClusterExperiment.Record(store, ClusterExperiment.MessagesOf("worker-1", "worker-2"));
        foreach (int step in new[] { 1, 4, 7 })
        {
            store.RecordStep(messages.Scaled(step, 100, (Planes.IptablesNft, 1)) with
            {
                Run = 1,
                Nodes = [ClusterExperiment.Scaled("worker-2", 1, 100, step) with { ProgrammingNs = 5_000_000 }],
            });
        }

        Assert.Equal(
            [
                ("worker-1", "iptables-nft", 100, 3, ClusterExperiment.Programming(0, 100) / 1e6),
                ("worker-2", "iptables-nft", 100, 3, 5.0),
            ],
            _database.Query<(string, string, long, long, double)>(
                """
                SELECT node, data_plane, rules, steps, programming_ms
                FROM programming_latency WHERE services = 100 ORDER BY node
                """));
    }

    [Fact]
    public void Experiments_stay_apart_and_the_latest_is_the_one_that_started_last()
    {
        Messages other = new();
        using ResultsStore store = _database.Open();
        store.RecordStarted(_messages.Started() with { StartedAt = Messages.StartedAt.AddDays(1) });
        store.RecordStarted(other.Started());
        store.RecordTrial(OneWay(Planes.Nftables, 100, Position.Last, 1_000));
        store.RecordTrial(other.Trial(1, 0, Planes.Nftables, 100, Position.Last, Same(2_000)));

        Assert.Equal(
            [_messages.ExperimentId.ToString()],
            _database.Query<string>("SELECT experiment_id FROM latest_experiment"));
        Assert.Equal(
            [1_000.0, 2_000.0],
            _database.Query<double>(
                "SELECT p50_ns FROM latency_by_services WHERE stage = 'prerouting' ORDER BY p50_ns"));
        Assert.Equal(2, _database.Scalar<long>("SELECT COUNT(*) FROM data_plane_comparison WHERE stage = 'total'"));
    }

    private TrialMeasured OneWay(
        DataPlane dataPlane, int services, Position position, long latencyNs, int count = 2_000) =>
        _messages.Trial(1, _trial++, dataPlane, services, position, Same(latencyNs, count));

    private TrialMeasured RoundTrip(DataPlane dataPlane, int services, Position position, long latencyNs) =>
        _messages.RoundTrip(1, _trial++, dataPlane, services, position, Same(latencyNs));

    /// <summary>So many packets with one and the same latency: every percentile is that.</summary>
    private static IEnumerable<long> Same(long latencyNs, int count = 2_000) => Enumerable.Repeat(latencyNs, count);
}
