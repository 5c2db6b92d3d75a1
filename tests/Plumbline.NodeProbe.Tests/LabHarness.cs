using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.Lab;
using Plumbline.Linux;
using Plumbline.NodeProbe.Lab;
using Plumbline.ServiceScaler.Lab;

namespace Plumbline.NodeProbe.Tests;

/// <summary>A real lab node with real rules, and the real probe on it; removed at the end whatever happens.</summary>
internal sealed class LabHarness : IAsyncDisposable
{
    private readonly Guid _experimentId = Guid.NewGuid();
    private readonly LabServiceCluster _cluster = new(NullLogger<LabServiceCluster>.Instance);
    private readonly TrialRunner _runner = new(new LabNodeAccess(), TimeProvider.System, NullLogger<TrialRunner>.Instance);
    private readonly DataPlane _dataPlane;
    private readonly int _services;
    private long _nextFlow;
    private int _trial;

    private LabHarness(DataPlane dataPlane, int services) => (_dataPlane, _services) = (dataPlane, services);

    public LabNode Node => LabNode.Of(_experimentId, _dataPlane);

    public ProgrammedDataPlane Programmed { get; private set; } = null!;

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
                Seed = 7,
            };
            harness.Programmed = Assert.Single(await harness._cluster.ScaleAsync(step, TestContext.Current.CancellationToken));
            return harness;
        }
        catch
        {
            await harness.DisposeAsync();
            throw;
        }
    }

    /// <summary>Measures a trial with flows of its own, or from <paramref name="firstFlow"/> on.</summary>
    public Task<TrialMeasured> MeasureAsync(
        Position position = Position.First, int packets = 500, int warmupPackets = 100, int ratePps = 10_000, long? firstFlow = null)
    {
        MeasureTrial trial = new()
        {
            Key = new TrialKey { ExperimentId = _experimentId, Step = 1, Trial = _trial++, Attempt = 1 },
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
        };
        _nextFlow = Math.Max(_nextFlow, trial.FirstFlow + trial.Flows);
        return _runner.RunAsync(trial, TestContext.Current.CancellationToken);
    }

    public Task<string> OnNodeAsync(string tool, params string[] arguments) =>
        Tool.RunAsync(Node.Node, tool, arguments, token: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _runner.Dispose();
        await _cluster.RemoveAsync(_experimentId, CancellationToken.None);
        _cluster.Dispose();
        Assert.Empty(LabNetwork.List(_experimentId));
    }
}
