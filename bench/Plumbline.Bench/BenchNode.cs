using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.Contracts;
using Plumbline.EchoWorker.Lab;
using Plumbline.Paths.Lab;
using Plumbline.DataPlanes;
using Plumbline.Paths;
using Plumbline.ServiceScaler.Lab;
using Plumbline.Trials;

namespace Plumbline.Bench;

/// <summary>A lab node with Services. Disposing it removes the node.</summary>
internal sealed class BenchNode : IAsyncDisposable
{
    private readonly Guid _experimentId = Guid.NewGuid();
    private readonly LabServiceCluster _cluster = new(new LabEchoEndpoints(), NullLogger<LabServiceCluster>.Instance);
    private readonly DataPlane _dataPlane;

    private BenchNode(DataPlane dataPlane) => _dataPlane = dataPlane;

    public LabNode Node => LabNode.Of(_experimentId, _dataPlane);

    public ProgrammedDataPlane Programmed { get; private set; } = null!;

    /// <param name="tcpShare">Percent of the Services that are TCP. Each has one port.</param>
    public static async Task<BenchNode> CreateAsync(
        DataPlane dataPlane,
        int services,
        NftablesDialect dialect,
        int tcpShare,
        CancellationToken token)
    {
        BenchNode node = new(dataPlane);
        ScaleStep step = new()
        {
            ExperimentId = node._experimentId,
            Step = 0,
            Cell = Cell.Empty.With(services).With(Axes.TcpShare, $"{tcpShare}"),
            DataPlanes = [dataPlane],
            NftablesDialect = dialect,
            EndpointsPerService = 1,
            PortsPerService = 1,
            Seed = 1,
        };
        try
        {
            node.Programmed = (await node._cluster.ScaleAsync(step, token)).DataPlanes.Single();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public Task<TrafficEntry> EnterAsync() => ClusterIpPath.Instance.EnterAsync(
        new LabNodeAccess(), _experimentId, _dataPlane, node: null, CancellationToken.None);

    /// <summary>Reads the Service rules from the kernel.</summary>
    public Task<ServiceRuleSet> ReadRulesAsync(CancellationToken token) =>
        KnownDataPlanes.Of(_dataPlane).ReadAsync(Node.Node, token);

    public async ValueTask DisposeAsync()
    {
        await _cluster.RemoveAsync(new RemoveServices { ExperimentId = _experimentId }, CancellationToken.None);
        await _cluster.DisposeAsync();
    }
}
