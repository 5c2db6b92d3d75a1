using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.Linux;
using Plumbline.RttProbe.Grpc;
using Plumbline.RttProbe.Raw;
using Plumbline.Trials;
using Plumbline.Paths.Cluster;

namespace Plumbline.RttProbe.Tests;

/// <summary>
/// The worker on a namespace instead of a cluster's node, whose pods share a bridge with the endpoint.
/// </summary>
[Trait("Category", "Kernel")]
public sealed class Cluster_node_specs
{
    private static readonly KubeProxyMetrics s_silent =
        new(NetworkNamespace.Own, new IPEndPoint(IPAddress.Loopback, 1));

    private readonly Guid _id = Guid.NewGuid();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ServiceProtocol.Tcp)]
    [InlineData(ServiceProtocol.Udp)]
    public async Task Round_trips_are_answered_through_a_Service_and_the_node_is_as_before(
        ServiceProtocol protocol)
    {
        await using NodeStandIn node = await LoadedAsync();
        string before = await node.StateAsync();

        RoundTripMethod method = new(TimeProvider.System);
        MeasureTrial trial = Trial(Measure.RoundTrip);
        TrialMeasured measured = await MeasureAsync(node, method, trial with
        {
            Cell = trial.Cell.With(protocol),
            RoundTrip = new RoundTripSettings { Pacing = Pacing.PingPong, TimeoutMs = 200 },
        });

        Assert.Equal(before, await node.StateAsync());
        AssertTrusted(measured);
        Assert.Equal((200, 200), (measured.Counts.FirstPackets, measured.Counts.Answers!.Answered));
    }

    [Fact]
    public async Task A_source_address_that_first_appears_during_a_trial_is_found_on_the_bridge_without_delay()
    {
        await using NodeStandIn node = await LoadedAsync();

        RoundTripMethod method = new(TimeProvider.System);
        TrialMeasured measured = await MeasureAsync(node, method, Trial(Measure.RoundTrip) with
        {
            FirstFlow = 64_512 - 120,
            RoundTrip = new RoundTripSettings
            {
                Pacing = Pacing.OpenLoop,
                TimeoutMs = 100,
            },
        });

        AssertTrusted(measured);
        Assert.Equal(200, measured.Counts.Answers!.Answered);
    }

    [Fact]
    public async Task Requests_are_answered_through_a_Service_and_the_node_is_as_before()
    {
        await using NodeStandIn node = await LoadedAsync();
        string before = await node.StateAsync();

        GrpcMethod method = new(TimeProvider.System);
        TrialMeasured measured = await MeasureAsync(node, method, Trial(Measure.Grpc) with
        {
            Packets = 50,
            WarmupPackets = 5,
            RatePps = 50,
            Grpc = new GrpcSettings { Connection = GrpcConnection.New, WorkUs = 0, TimeoutMs = 5_000 },
        });

        Assert.Equal(before, await node.StateAsync());
        Assert.Equal((50, 50), (measured.Counts.Answers!.Answered, measured.Counts.FirstPackets));
    }

    private MeasureTrial Trial(Measure measure) => new()
    {
        Key = new TrialKey { ExperimentId = _id, Step = 1, Trial = 1, Attempt = 1 },
        Measure = measure,
        Cell = Cell.Of(Planes.Nftables, 5, Position.Last),
        Repetition = 0,
        Packets = 200,
        WarmupPackets = 20,
        RatePps = 2_000,
        FirstFlow = 0,
        Flows = 1_300,
        Seed = 3,
        Node = new MeasuredNode
        {
            Name = NodeStandIn.Name,
            SourcePrefix = "10.244.0.128/26",
            EndpointIp = "10.244.0.11",
            EndpointPort = 7001,
            ServiceNamespace = "lat",
        },
    };

    /// <summary>Ignores the rate, which a busy machine may not reach.</summary>
    private static void AssertTrusted(TrialMeasured measured) =>
        Assert.True(measured.Faults().Count == 0, string.Join("; ", measured.Remarks));

    private static async Task<TrialMeasured> MeasureAsync(NodeStandIn node, ITrialMethod method, MeasureTrial trial)
    {
        ClusterNodeAccess access = new(node.Node, 'r', s_silent);
        using TrialRunner runner = new(access, TimeProvider.System, NullLogger<TrialRunner>.Instance);
        return await runner.RunAsync(trial, method, Token);
    }

    /// <summary>The rules that real kube-proxy wrote, with the names that an experiment's targets have.</summary>
    private static async Task<NodeStandIn> LoadedAsync()
    {
        NodeStandIn node = await NodeStandIn.CreateAsync();
        string file = Repository.File("tests/golden/kube-proxy/nftables-mode.kube-proxy-1.36.nft.txt");
        string saved = await File.ReadAllTextAsync(file, Token);
        await node.LoadAsync("nft -f -", Regex.Replace(saved, "lat/([a-e])([:/])", "lat/target-$1$2"));
        return node;
    }
}
