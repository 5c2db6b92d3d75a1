using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.NodeProbe.Cluster;
using Plumbline.DataPlanes;
using Plumbline.DataPlanes.Tests;
using Plumbline.Trials;
using Plumbline.Paths.Cluster;

namespace Plumbline.NodeProbe.Tests;

/// <summary>
/// The worker on a namespace instead of a cluster's node, with the rules that real kube-proxy wrote for
/// tests/golden/kube-proxy/objects.yaml.
/// </summary>
[Trait("Category", "Kernel")]
public sealed class Cluster_node_specs
{
    /// <summary>Service rules in each file.</summary>
    internal const int Rules = 7;

    private static readonly KubeProxyMetrics s_silent =
        new(Linux.NetworkNamespace.Own, new IPEndPoint(IPAddress.Loopback, 1));

    private readonly Guid _id = Guid.NewGuid();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static MeasuredNode Measured => new()
    {
        Name = NodeStandIn.Name,
        SourcePrefix = "10.244.0.128/26",
        EndpointIp = "10.244.0.11",
        EndpointPort = 7001,
        ServiceNamespace = "lat",
    };

    [Theory]
    [InlineData(SavedRules.IptablesLegacy, "iptables-legacy", null)]
    [InlineData(SavedRules.IptablesNft, "iptables-nft", null)]
    [InlineData(SavedRules.Nftables136, "nftables", NftablesDialect.V136)]
    [InlineData(SavedRules.Nftables130, "nftables", NftablesDialect.V135)]
    public async Task Data_plane_and_dialect_are_those_of_the_saved_rules(
        string saved, string dataPlane, NftablesDialect? dialect)
    {
        await using NodeStandIn node = await LoadedAsync(saved);

        DetectedDataPlane found = DetectedDataPlane.Of(await DataPlaneDetector.ReadAsync(node.Node, Token));

        Assert.Equal(
            (new DataPlane(dataPlane), dialect, Rules, null),
            (found.DataPlane, found.Dialect, found.Rules, found.Refusal));
    }

    [Theory]
    [InlineData(SavedRules.IptablesLegacy, "iptables-legacy", Position.First)]
    [InlineData(SavedRules.IptablesLegacy, "iptables-legacy", Position.Last)]
    [InlineData(SavedRules.IptablesNft, "iptables-nft", Position.First)]
    [InlineData(SavedRules.IptablesNft, "iptables-nft", Position.Last)]
    [InlineData(SavedRules.Nftables136, "nftables", Position.Last)]
    [InlineData(SavedRules.Nftables130, "nftables", Position.Random)]
    public async Task First_packets_are_measured_at_the_position_and_the_node_is_as_before(
        string saved, string dataPlane, Position position)
    {
        await using NodeStandIn node = await LoadedAsync(saved);
        string before = await node.StateAsync();

        TrialMeasured measured = await MeasureAsync(node, Trial(new DataPlane(dataPlane), position));

        Assert.Equal(before, await node.StateAsync());
        AssertTrusted(measured);
        TrialCounts counts = measured.Counts;
        Assert.Equal((300, 300, 300, 300), (counts.Sent, counts.Measured, counts.FirstPackets, counts.Translated));
        Assert.Equal(Rules, measured.Conditions.Rules);
        if (new DataPlane(dataPlane) != Planes.Nftables)
        {
            Assert.Equal(TcpIndex(saved, position), measured.Conditions.TargetIndex);
        }

        long entries = await node.ConntrackCountAsync();
        Assert.True(entries >= 300, "the worker must not delete entries of a node's conntrack table");
    }

    [Fact]
    public async Task A_baseline_goes_to_an_endpoint_itself()
    {
        await using NodeStandIn node = await LoadedAsync(SavedRules.Nftables136);

        TrialMeasured measured = await MeasureAsync(node, Trial(DataPlane.NoRules, Position.None));

        AssertTrusted(measured);
        Assert.Equal((300, 0), (measured.Counts.Measured, measured.Counts.Translated));
        Assert.Equal("10.244.0.11", measured.Conditions.Target);
    }

    [Fact]
    public async Task More_flows_than_the_source_addresses_have_begin_anew_and_the_result_says_where()
    {
        await using NodeStandIn node = await LoadedAsync(SavedRules.Nftables136);

        MeasureTrial trial = Trial(Planes.Nftables, Position.First);
        long flows = 63L * 64_512;

        TrialMeasured measured = await MeasureAsync(node, trial with { FirstFlow = 5 * flows });

        // A trial can begin at any flow but the last few, and counts modulo their number.
        AssertTrusted(measured);
        Assert.Equal(5 * flows % (flows - trial.Flows + 1), measured.Trial.FirstFlow);
        Assert.NotEqual(5 * flows, measured.Trial.FirstFlow);
    }

    [Fact]
    public async Task A_trial_fails_with_the_reason_when_the_experiments_Services_have_no_rules()
    {
        await using NodeStandIn node = await LoadedAsync(SavedRules.IptablesNft);
        string before = await node.StateAsync();

        MeasureTrial trial = Trial(Planes.IptablesNft, Position.First);
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => MeasureAsync(node, trial with { Node = trial.Node! with { ServiceNamespace = "plumbline-other" } }));

        Assert.Contains("none of the 7 Service rules", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, await node.StateAsync());
    }

    [Fact]
    public async Task The_next_worker_removes_what_a_killed_one_left_on_the_node_and_nothing_else()
    {
        await using NodeStandIn node = await LoadedAsync(SavedRules.IptablesNft);
        string before = await node.StateAsync();
        PodEntry left = new(_id, NodeStandIn.Name, 'k', SourcePrefix.Parse(Measured.SourcePrefix));
        PodEntry anothers = new(_id, NodeStandIn.Name, 'm', SourcePrefix.Parse("10.244.0.64/26"));
        await left.CreateAsync(node.Node, Token);
        await anothers.CreateAsync(node.Node, Token);

        Assert.Empty(await PodEntry.SweepAsync(node.Node, "another-node", 'k'));
        Assert.Equal([left.Pod.Name!], await PodEntry.SweepAsync(node.Node, NodeStandIn.Name, 'k'));

        Assert.Contains(anothers.NodeDevice, await node.StateAsync(), StringComparison.Ordinal);
        await anothers.RemoveAsync(node.Node);
        Assert.Equal(before, await node.StateAsync());
    }

    [Theory]
    [InlineData(SavedRules.IptablesLegacy, "iptables-legacy")]
    [InlineData(SavedRules.IptablesNft, "iptables-nft")]
    [InlineData(SavedRules.Nftables136, "nftables")]
    [InlineData(SavedRules.Nftables130, "nftables")]
    public async Task The_newest_Service_is_answered_through_its_rule_and_one_without_rules_is_not(
        string saved, string dataPlane)
    {
        await using NodeStandIn node = await LoadedAsync(saved);
        string before = await node.StateAsync();

        foreach ((string ip, ServiceProtocol protocol, bool isAnswered) in new[]
        {
            ("10.96.10.5", ServiceProtocol.Tcp, true), ("10.96.10.4", ServiceProtocol.Udp, true),
            ("10.96.10.99", ServiceProtocol.Tcp, false), ("10.96.10.6", ServiceProtocol.Udp, false),
        })
        {
            ServiceAddress service = new(ip, 7000, protocol);
            bool found = await SentinelCheck.IsAnsweredAsync(node.Node, _id, Measured, service, Token);
            Assert.True(isAnswered == found, $"{dataPlane} {ip} {protocol}");
        }

        Assert.Equal(before, await node.StateAsync());
    }

    private MeasureTrial Trial(DataPlane dataPlane, Position position) => Trial(_id, dataPlane, position);

    internal static MeasureTrial Trial(Guid id, DataPlane dataPlane, Position position) => new()
    {
        Key = new TrialKey { ExperimentId = id, Step = 1, Trial = 1, Attempt = 1 },
        Measure = Measure.OneWay,
        Cell = Cell.Of(dataPlane, 5, position),
        Repetition = 0,
        Packets = 300,
        WarmupPackets = 50,
        RatePps = 5_000,
        FirstFlow = 0,
        Flows = 1_350,
        Seed = 3,
        Node = Measured,
    };

    private static void AssertTrusted(TrialMeasured measured) =>
        Assert.True(measured.Faults().Count == 0, string.Join("; ", measured.Remarks));

    private static async Task<TrialMeasured> MeasureAsync(NodeStandIn node, MeasureTrial trial)
    {
        ClusterNodeAccess access = new(node.Node, 'o', s_silent);
        using TrialRunner runner = new(access, TimeProvider.System, NullLogger<TrialRunner>.Instance);
        return await runner.RunAsync(trial, new OneWayMethod(), Token);
    }

    /// <summary>The saved rules, with the names that an experiment's targets have.</summary>
    private static string Text(string saved) =>
        Regex.Replace(SavedRules.ReadLoadable(saved), "lat/([a-e])([:/])", "lat/target-$1$2");

    /// <summary>Index of the first or last TCP rule, by the lines of the saved rules.</summary>
    private static int TcpIndex(string saved, Position position)
    {
        string[] rules =
        [
            .. Text(saved).Split('\n').Where(line =>
                line.StartsWith("-A KUBE-SERVICES ", StringComparison.Ordinal)
                && line.Contains("-j KUBE-SVC-", StringComparison.Ordinal)),
        ];
        return position == Position.First
            ? Array.FindIndex(rules, IsTarget)
            : Array.FindLastIndex(rules, IsTarget);
    }

    private static bool IsTarget(string line) =>
        line.Contains("lat/target-", StringComparison.Ordinal) && line.Contains("-p tcp", StringComparison.Ordinal);

    internal static async Task<NodeStandIn> LoadedAsync(string saved)
    {
        NodeStandIn node = await NodeStandIn.CreateAsync();
        try
        {
            string tool = saved switch
            {
                SavedRules.IptablesLegacy => "iptables-legacy-restore",
                SavedRules.IptablesNft => "iptables-nft-restore",
                _ => "nft -f -",
            };
            await node.LoadAsync(tool, Text(saved));
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }
}
