using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.Contracts;
using Plumbline.DataPlanes;
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

    /// <param name="tcpShare">Percent of the Services that are TCP. Trials send UDP where none is.</param>
    public static async Task<LabHarness> CreateAsync(
        DataPlane dataPlane,
        int services,
        NftablesDialect dialect = NftablesDialect.V136,
        int endpoints = 1,
        int tcpShare = ProtocolMix.AllTcp)
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for network namespaces, rules and BPF");
        Cell size = Cell.Empty.With(services).With(Axes.TcpShare, $"{tcpShare}");
        ServiceProtocol protocol = tcpShare == 0 ? ServiceProtocol.Udp : ServiceProtocol.Tcp;
        LabHarness harness = new(size.With(dataPlane).With(protocol));
        try
        {
            ScaleStep step = new()
            {
                ExperimentId = harness._experimentId,
                Step = 1,
                Cell = size,
                DataPlanes = [dataPlane],
                NftablesDialect = dialect,
                EndpointsPerService = endpoints,
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
            ExpectedRules = Programmed.Rules,
            Ruleset = Programmed.Ruleset,
            RoundTrip = measure == Measure.RoundTrip
                ? new RoundTripSettings { Pacing = Pacing.OpenLoop, TimeoutMs = 100 }
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

    /// <summary>
    /// Runs a tool in the node's namespace and gives what it printed. The rules after that count as the step's.
    /// </summary>
    public async Task<string> OnNodeAsync(string tool, params string[] arguments)
    {
        string printed = await PlantAsync(Node.Node, tool, arguments);
        Programmed = Programmed with { Ruleset = (await WayRulesets.ReadAsync(Node.Watched)).ToString() };
        return printed;
    }

    /// <summary>Runs a tool in a namespace, behind the back of trials, and gives what it printed.</summary>
    public static Task<string> PlantAsync(NetworkNamespace where, string tool, params string[] arguments) =>
        Tool.RunAsync(where, tool, arguments, token: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _runner.Dispose();
        await _cluster.RemoveAsync(new RemoveServices { ExperimentId = _experimentId }, CancellationToken.None);
        await _cluster.DisposeAsync();
        Assert.Empty(LabNetwork.List(_experimentId));
    }
}

internal static class MeasuredTrials
{
    /// <summary>The flags that a busy machine does not explain.</summary>
    public static IReadOnlyList<TrialFlag> Faults(this TrialMeasured measured) =>
        [.. measured.Flags.Where(flag => flag is not (TrialFlag.GeneratorBehind or TrialFlag.MachineNoisy))];
}
