using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.Contracts;
using Plumbline.EchoWorker.Lab;
using Plumbline.Paths.Lab;
using Plumbline.Linux;
using Plumbline.ServiceScaler.Lab;
using Plumbline.Trials;
using Xunit;

namespace Plumbline.Tests;

/// <summary>A real lab node with real rules and a real endpoint, and real trials on it; removed at the end whatever happens.</summary>
internal sealed class LabHarness : IAsyncDisposable
{
    private readonly Guid _experimentId = Guid.NewGuid();
    private readonly LabServiceCluster _cluster = new(new LabEchoEndpoints(), NullLogger<LabServiceCluster>.Instance);
    private readonly TrialRunner _runner = new(new LabNodeAccess(), TimeProvider.System, NullLogger<TrialRunner>.Instance);
    private readonly DataPlane _dataPlane;
    private readonly int _services;
    private long _nextFlow;
    private int _trial;

    private LabHarness(DataPlane dataPlane, int services) => (_dataPlane, _services) = (dataPlane, services);

    public Guid ExperimentId => _experimentId;

    public TrialRunner Runner => _runner;

    public LabNode Node => LabNode.Of(_experimentId, _dataPlane);

    public ProgrammedDataPlane Programmed { get; private set; } = null!;

    /// <param name="protocols">Of the Services' ports, by turns; UDP where none is named.</param>
    public static async Task<LabHarness> CreateAsync(
        DataPlane dataPlane, int services, NftablesDialect dialect = NftablesDialect.V136, int endpoints = 1, params ServiceProtocol[] protocols)
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for network namespaces, rules and BPF");
        LabHarness harness = new(dataPlane, services);
        try
        {
            ScaleStep step = new()
            {
                ExperimentId = harness._experimentId,
                Step = 1,
                Services = services,
                DataPlanes = [dataPlane],
                NftablesDialect = dialect,
                EndpointsPerService = endpoints,
                Protocols = protocols.Length == 0 ? [ServiceProtocol.Udp] : protocols,
                PortsPerService = 1,
                Seed = 7,
            };
            harness.Programmed = Assert.Single((await harness._cluster.ScaleAsync(step, TestContext.Current.CancellationToken)).DataPlanes);
            return harness;
        }
        catch
        {
            await harness.DisposeAsync();
            throw;
        }
    }

    /// <summary>An ordinary trial of that kind, with flows of its own or from <paramref name="firstFlow"/> on.</summary>
    public MeasureTrial Trial(
        Measure probe, Position position = Position.First, int packets = 500, int warmupPackets = 100, int ratePps = 10_000, long? firstFlow = null)
    {
        MeasureTrial trial = new()
        {
            Key = new TrialKey { ExperimentId = _experimentId, Step = 1, Trial = _trial++, Attempt = 1 },
            Probe = probe,
            DataPlane = _dataPlane,
            Services = _services,
            Position = _dataPlane == DataPlane.NoRules ? Position.None : position,
            Repetition = 0,
            Packets = packets,
            WarmupPackets = warmupPackets,
            RatePps = ratePps,
            FirstFlow = firstFlow ?? _nextFlow,
            Flows = packets + warmupPackets + 100,
            Seed = 3,
            RoundTrip = probe == Measure.RoundTrip
                ? new RoundTripSettings { Mode = RoundTripMode.TcpSyn, Pacing = Pacing.OpenLoop, TimeoutMs = 100 }
                : null,
            Grpc = probe == Measure.Grpc ? new GrpcSettings { Connection = GrpcConnection.New, WorkUs = 0, TimeoutMs = 2_000 } : null,
        };
        _nextFlow = Math.Max(_nextFlow, trial.FirstFlow + trial.Flows);
        return trial;
    }

    public Task<TrialMeasured> MeasureAsync(ITrialMethod method, MeasureTrial trial) =>
        _runner.RunAsync(trial, method, TestContext.Current.CancellationToken);

    /// <summary>Runs a tool in the node's namespace and gives what it printed.</summary>
    public Task<string> OnNodeAsync(string tool, params string[] arguments) =>
        Tool.RunAsync(Node.Node, tool, arguments, token: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _runner.Dispose();
        await _cluster.RemoveAsync(new RemoveServices { ExperimentId = _experimentId }, CancellationToken.None);
        await _cluster.DisposeAsync();
        Assert.Empty(LabNetwork.List(_experimentId));
    }
}
