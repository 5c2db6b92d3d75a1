using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.NodeProbe.Cluster;
using Plumbline.DataPlanes;
using Plumbline.DataPlanes.Tests;
using Plumbline.Trials;
using Plumbline.Paths.Cluster;

namespace Plumbline.NodeProbe.Tests;

/// <summary>The probe on a namespace that stands for a cluster's node, with the rules that real kube-proxy wrote for tests/golden/kube-proxy/objects.yaml.</summary>
[Trait("Category", "Kernel")]
public sealed class Cluster_node_specs
{
    /// <summary>Service rules in each of them.</summary>
    private const int Rules = 7;

    private static readonly KubeProxyMetrics s_silent = new(new Linux.NetworkNamespace((string?)null), new IPEndPoint(IPAddress.Loopback, 1));

    private readonly Guid _id = Guid.NewGuid();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static MeasuredNode Place => new()
    {
        Node = NodeStandIn.Name,
        SourcePrefix = "10.244.0.128/26",
        EndpointIp = "10.244.0.11",
        EndpointPort = 7001,
        ServiceNamespace = "lat",
    };

    [Theory]
    [InlineData(SavedRules.IptablesLegacy, DataPlane.IptablesLegacy, null)]
    [InlineData(SavedRules.IptablesNft, DataPlane.IptablesNft, null)]
    [InlineData(SavedRules.Nftables136, DataPlane.Nftables, NftablesDialect.V136)]
    [InlineData(SavedRules.Nftables130, DataPlane.Nftables, NftablesDialect.V135)]
    public async Task Variant_and_dialect_are_the_saved_rules_own(string saved, DataPlane dataPlane, NftablesDialect? dialect)
    {
        await using NodeStandIn node = await LoadedAsync(saved);

        DetectedDataPlane found = DetectedDataPlane.Of(await DataPlaneDetector.ReadAsync(node.Node, Token));

        Assert.Equal((dataPlane, dialect, Rules, null), (found.DataPlane, found.Dialect, found.Rules, found.Refusal));
    }

    [Theory]
    [InlineData(SavedRules.IptablesLegacy, DataPlane.IptablesLegacy, Position.First)]
    [InlineData(SavedRules.IptablesLegacy, DataPlane.IptablesLegacy, Position.Last)]
    [InlineData(SavedRules.IptablesNft, DataPlane.IptablesNft, Position.First)]
    [InlineData(SavedRules.IptablesNft, DataPlane.IptablesNft, Position.Last)]
    [InlineData(SavedRules.Nftables136, DataPlane.Nftables, Position.Last)]
    [InlineData(SavedRules.Nftables130, DataPlane.Nftables, Position.Random)]
    public async Task First_packets_are_measured_at_the_wished_for_position_and_the_node_is_as_before(string saved, DataPlane dataPlane, Position position)
    {
        await using NodeStandIn node = await LoadedAsync(saved);
        string before = await node.StateAsync();

        TrialMeasured measured = await MeasureAsync(node, Trial(dataPlane, position));

        Assert.Equal(before, await node.StateAsync());
        AssertTrusted(measured);
        TrialCounts counts = measured.Counts;
        Assert.Equal((300, 300, 300, 300), (counts.Sent, counts.Measured, counts.FirstPackets, counts.Translated));
        Assert.Equal(Rules, measured.Conditions.Rules);
        Assert.Equal(UdpIndex(saved, dataPlane, position), dataPlane == DataPlane.Nftables ? null : measured.Conditions.TargetIndex);
        Assert.True(await node.ConntrackCountAsync() >= 300, "entries of a node's conntrack table are never deleted");
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
    public async Task More_flows_than_the_source_addresses_have_begin_anew()
    {
        await using NodeStandIn node = await LoadedAsync(SavedRules.Nftables136);

        TrialMeasured measured = await MeasureAsync(node, Trial(DataPlane.Nftables, Position.First) with { FirstFlow = 63L * 64_512 * 5 });

        AssertTrusted(measured);
        Assert.Equal(63L * 64_512 * 5, measured.Trial.FirstFlow);
    }

    [Fact]
    public async Task A_trial_fails_by_name_where_the_Services_of_the_experiment_have_no_rules()
    {
        await using NodeStandIn node = await LoadedAsync(SavedRules.IptablesNft);
        string before = await node.StateAsync();

        MeasureTrial trial = Trial(DataPlane.IptablesNft, Position.First);
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => MeasureAsync(node, trial with { Place = trial.Node! with { ServiceNamespace = "plumbline-other" } }));

        Assert.Contains("none of the 7 Service rules", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, await node.StateAsync());
    }

    [Fact]
    public async Task What_a_killed_probe_has_left_on_the_node_is_removed_by_the_next_and_nothing_else()
    {
        await using NodeStandIn node = await LoadedAsync(SavedRules.IptablesNft);
        string before = await node.StateAsync();
        PodEntry left = new(_id, NodeStandIn.Name, 'k', SourcePrefix.Parse(Place.SourcePrefix));
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
    [InlineData(SavedRules.IptablesLegacy, DataPlane.IptablesLegacy)]
    [InlineData(SavedRules.IptablesNft, DataPlane.IptablesNft)]
    [InlineData(SavedRules.Nftables136, DataPlane.Nftables)]
    [InlineData(SavedRules.Nftables130, DataPlane.Nftables)]
    public async Task The_newest_Service_is_answered_through_its_rule_and_one_without_rules_is_not(string saved, DataPlane dataPlane)
    {
        await using NodeStandIn node = await LoadedAsync(saved);
        string before = await node.StateAsync();

        foreach ((string ip, ServiceProtocol protocol, bool isAnswered) in new[]
        {
            ("10.96.10.5", ServiceProtocol.Tcp, true), ("10.96.10.4", ServiceProtocol.Udp, true),
            ("10.96.10.99", ServiceProtocol.Tcp, false), ("10.96.10.6", ServiceProtocol.Udp, false),
        })
        {
            Assert.True(isAnswered == await SentinelProbe.IsAnsweredAsync(node.Node, _id, Place, new ServiceAddress(ip, 7000, protocol), Token), $"{dataPlane} {ip} {protocol}");
        }

        Assert.Equal(before, await node.StateAsync());
    }

    private MeasureTrial Trial(DataPlane dataPlane, Position position) => new()
    {
        Key = new TrialKey { ExperimentId = _id, Step = 1, Trial = 1, Attempt = 1 },
        Measure = Measure.OneWay,
        DataPlane = dataPlane,
        Services = 5,
        Position = position,
        Repetition = 0,
        Packets = 300,
        WarmupPackets = 50,
        RatePps = 5_000,
        FirstFlow = 0,
        Flows = 1_350,
        Seed = 3,
        Place = Place,
    };

    /// <summary>But for the rate, which a busy machine may not reach.</summary>
    private static void AssertTrusted(TrialMeasured measured) =>
        Assert.True(!measured.Flags.Except([TrialFlag.GeneratorBehind]).Any(), string.Join("; ", measured.Remarks));

    private static async Task<TrialMeasured> MeasureAsync(NodeStandIn node, MeasureTrial trial)
    {
        using TrialRunner runner = new(new ClusterNodeAccess(node.Node, 'o', s_silent), TimeProvider.System, NullLogger<TrialRunner>.Instance);
        return await runner.RunAsync(trial, new OneWayMethod(), Token);
    }

    /// <summary>The rules as they were saved, but Services are named as an experiment's that may be measured.</summary>
    private static string Text(string saved) => Regex.Replace(SavedRules.ReadLoadable(saved), "lat/([a-e])([:/])", "lat/target-$1$2");

    /// <summary>Place of the UDP rule next to the beginning or the end, by the lines of the saved rules.</summary>
    private static int? UdpIndex(string saved, DataPlane dataPlane, Position position)
    {
        if (dataPlane == DataPlane.Nftables)
        {
            return null;
        }

        string[] rules = [.. Text(saved).Split('\n').Where(line => line.StartsWith("-A KUBE-SERVICES ", StringComparison.Ordinal) && line.Contains("-j KUBE-SVC-", StringComparison.Ordinal))];
        return position == Position.First
            ? Array.FindIndex(rules, line => line.Contains("-p udp", StringComparison.Ordinal))
            : Array.FindLastIndex(rules, line => line.Contains("-p udp", StringComparison.Ordinal));
    }

    private static async Task<NodeStandIn> LoadedAsync(string saved)
    {
        NodeStandIn node = await NodeStandIn.CreateAsync();
        try
        {
            await node.LoadAsync(saved == SavedRules.IptablesLegacy ? "iptables-legacy-restore" : saved == SavedRules.IptablesNft ? "iptables-nft-restore" : "nft -f -", Text(saved));
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }
}
