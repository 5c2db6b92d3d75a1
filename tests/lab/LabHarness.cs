using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.Contracts;
using Plumbline.EchoWorker.Lab;
using Plumbline.Paths.Lab;
using Plumbline.Linux;
using Plumbline.ServiceScaler.Lab;
using Plumbline.Trials;
using Xunit;

namespace Plumbline.Tests;

/// <summary>A real lab node with real rules and a real endpoint, for real trials. It is always removed.</summary>
internal sealed class LabHarness : IAsyncDisposable
{
    private readonly Guid _experimentId = Guid.NewGuid();
    private readonly LabServiceCluster _cluster = new(new LabEchoEndpoints(), NullLogger<LabServiceCluster>.Instance);
    private readonly TrialRunner _runner =
        new(new LabNodeAccess(), TimeProvider.System, NullLogger<TrialRunner>.Instance);

    private readonly Cell _cell;
    private long _nextFlow;
    private int _trial;

    private LabHarness(Cell cell) => _cell = cell;

    public Guid ExperimentId => _experimentId;

    public TrialRunner Runner => _runner;

    public LabNode Node => LabNode.Of(_experimentId, _cell.DataPlane);

    public ProgrammedDataPlane Programmed { get; private set; } = null!;

    /// <param name="protocols">Of the Services' ports, by turns; UDP where none is named.</param>
    public static async Task<LabHarness> CreateAsync(
        DataPlane dataPlane,
        int services,
        NftablesDialect dialect = NftablesDialect.V136,
        int endpoints = 1,
        params ServiceProtocol[] protocols)
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for network namespaces, rules and BPF");
        LabHarness harness = new(Cell.Empty.With(dataPlane).With(services));
        try
        {
            ScaleStep step = new()
            {
                ExperimentId = harness._experimentId,
                Step = 1,
                Cell = Cell.Empty.With(services),
                DataPlanes = [dataPlane],
                NftablesDialect = dialect,
                EndpointsPerService = endpoints,
                Protocols = protocols.Length == 0 ? [ServiceProtocol.Udp] : protocols,
                PortsPerService = 1,
                Seed = 7,
            };
            ServicesScaled scaled = await harness._cluster.ScaleAsync(step, TestContext.Current.CancellationToken);
            harness.Programmed = Assert.Single(scaled.DataPlanes);
            return harness;
        }
        catch
        {
            await harness.DisposeAsync();
            throw;
        }
    }

    /// <summary>An ordinary trial with flows of its own, or from <paramref name="firstFlow"/> on.</summary>
    public MeasureTrial Trial(
        Measure measure,
        Position position = Position.First,
        int packets = 500,
        int warmupPackets = 100,
        int ratePps = 10_000,
        long? firstFlow = null)
    {
        MeasureTrial trial = new()
        {
            Key = new TrialKey { ExperimentId = _experimentId, Step = 1, Trial = _trial++, Attempt = 1 },
            Measure = measure,
            Cell = _cell.With(_cell.IsBaseline ? Position.None : position),
            Repetition = 0,
            Packets = packets,
            WarmupPackets = warmupPackets,
            RatePps = ratePps,
            FirstFlow = firstFlow ?? _nextFlow,
            Flows = packets + warmupPackets + 100,
            Seed = 3,
            RoundTrip = measure == Measure.RoundTrip
                ? new RoundTripSettings { Mode = RoundTripMode.TcpSyn, Pacing = Pacing.OpenLoop, TimeoutMs = 100 }
                : null,
            Grpc = measure == Measure.Grpc
                ? new GrpcSettings { Connection = GrpcConnection.New, WorkUs = 0, TimeoutMs = 2_000 }
                : null,
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
